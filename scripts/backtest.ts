/**
 * `npm run backtest -- FILE.csv ... [--horizon 28 --origins 6 --calendar CL|GB|none --seed 1 --json]`: how good the forecaster is on a
 * panel of demand (first column `date`, one column a series, empty = before the launch). Exit 2 on a file that cannot be read.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  backtest,
  readPanel,
  shopCalendar,
  type BacktestReport,
  type Country,
  type MethodFigures,
} from '#core/forecast/index.ts';

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      horizon: { type: 'string', default: '28' },
      origins: { type: 'string', default: '6' },
      calendar: { type: 'string', default: 'none' },
      seed: { type: 'string', default: '1' },
      /** Measures as if the panel ended that many days earlier. */
      skip: { type: 'string', default: '0' },
      json: { type: 'boolean', default: false },
    },
  });
  const whole = (name: 'horizon' | 'origins' | 'seed' | 'skip', from: number, to: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < from || value > to)
      throw new Error(`--${name} ${values[name]} is not from ${from} to ${to}`);
    return value;
  };
  const country = (['CL', 'GB', 'none'] as const).find((known) => known === values.calendar);
  if (!country) throw new Error(`--calendar ${values.calendar} is none of CL, GB, none`);
  if (positionals.length === 0) throw new Error('which file? npm run backtest -- FILE.csv');
  return {
    files: positionals,
    country,
    json: values.json,
    horizonDays: whole('horizon', 1, 366),
    origins: whole('origins', 1, 200),
    seed: whole('seed', 0, 2 ** 32),
    skipDays: whole('skip', 0, 5_000),
  };
}

function run(file: string, given: ReturnType<typeof options>): BacktestReport {
  const series = readPanel(readFileSync(file, 'utf8'));
  return backtest(series, { ...given, calendar: calendarFor(series, given.country), cpuSeconds });
}

function calendarFor(series: ReturnType<typeof readPanel>, country: Country) {
  const first = Number(series[0]?.firstDate.slice(0, 4));
  const years = Math.ceil(Math.max(0, ...series.map(({ demand }) => demand.length)) / 365) + 2;
  return shopCalendar({ country, fromYear: first, toYear: first + years });
}

const digits = (value: number | null, places = 3): string => (value === null ? '' : value.toFixed(places)).padStart(9);

function print(file: string, report: BacktestReport): void {
  const { series, origins, horizonDays, refused, total } = report;
  console.log(`${basename(file)}: ${series} series, ${horizonDays} days from each of ${origins.join(', ')}`);
  console.log(
    `${'method'.padEnd(14)}${['WAPE', 'WAPE-28', 'bias', 'MASE', 'RMSSE', 'pinball', 'cover80', 'cover95', 'windows'].map((name) => name.padStart(9)).join('')}`.replace(
      'WAPE-28',
      `WAPE-${horizonDays}`,
    ),
  );
  const line = (name: string, of: MethodFigures): void =>
    console.log(
      `${name.padEnd(14)}${[of.wape, of.wape28, of.bias, of.mase, of.rmsse, of.pinball, of.coverage80, of.coverage95].map((value) => digits(value)).join('')}${String(of.windows).padStart(9)}`,
    );
  for (const method of report.methods) line(method.method, method);
  for (const one of report.classes) line(`  ${one.method}`, one);
  console.log(`${total.cpuMsPerSeries.toFixed(2)} ms of processor a series and origin; ${refused} refused\n`);
}

try {
  const given = options();
  const reports = given.files.map((file) => ({ file, report: run(file, given) }));
  if (given.json) {
    console.log(
      JSON.stringify(
        reports.map(({ file, report }) => ({ file: basename(file), ...report })),
        null,
        2,
      ),
    );
  } else for (const { file, report } of reports) print(file, report);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
