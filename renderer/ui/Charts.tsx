/** The charts of the screens: one hue with grey for comparison, a zero base, names on everything. Loaded only where one is drawn. */
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Legend,
  Line,
  Bar,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatDecimal } from './format.ts';

const HUE = 'var(--rd-ring)';
const GREY = 'var(--rd-border)';
const tick = { fontSize: 12, fill: 'var(--rd-muted)' };
const tooltip = {
  background: 'var(--rd-panel)',
  border: '1px solid var(--rd-line)',
  borderRadius: 4,
  color: 'var(--rd-ink)',
};
const written = (value: unknown): string =>
  Array.isArray(value) ? value.map(written).join('–') : typeof value === 'number' ? formatDecimal(value) : '';

export interface BandPoint {
  label: string;
  actual?: number | null;
  expected?: number;
  band?: [number, number];
  naive?: number;
}

interface BandProps {
  label: string;
  points: readonly BandPoint[];
  names: Record<'actual' | 'expected' | 'band' | 'naive', string>;
}

const IN_LEGEND = ['actual', 'expected', 'band', 'naive'];

/** The past as a line, the forecast as a band with its dashed middle, and the naive guess in grey. */
export function BandChart({ label, points, names }: BandProps) {
  return (
    <figure className="rd-chart" aria-label={label}>
      <ResponsiveContainer width="100%" height={260}>
        <ComposedChart data={[...points]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--rd-line)" vertical={false} />
          <XAxis dataKey="label" tick={tick} minTickGap={40} stroke={GREY} />
          <YAxis tick={tick} width={44} stroke={GREY} domain={[0, 'auto']} />
          <Tooltip contentStyle={tooltip} formatter={written} isAnimationActive={false} />
          <Legend wrapperStyle={{ fontSize: 12 }} itemSorter={({ dataKey }) => IN_LEGEND.indexOf(String(dataKey))} />
          <Area
            dataKey="band"
            name={names.band}
            legendType="rect"
            stroke="none"
            fill={HUE}
            fillOpacity={0.2}
            isAnimationActive={false}
            activeDot={false}
          />
          <Line
            dataKey="naive"
            name={names.naive}
            legendType="plainline"
            stroke={GREY}
            dot={false}
            strokeWidth={1}
            isAnimationActive={false}
          />
          <Line
            dataKey="actual"
            name={names.actual}
            legendType="plainline"
            stroke={HUE}
            dot={false}
            strokeWidth={1.5}
            isAnimationActive={false}
          />
          <Line
            dataKey="expected"
            name={names.expected}
            legendType="plainline"
            stroke={HUE}
            dot={false}
            strokeWidth={2}
            strokeDasharray="5 4"
            isAnimationActive={false}
          />
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  );
}

interface SeriesProps {
  label: string;
  points: readonly { label: string; value: number; before?: number | null }[];
  height?: number;
  /** How a value is written on the axis and in the tooltip. */
  format?: (value: number) => string;
  names?: { value: string; before: string };
}

/** One line under its name. */
export function LineChart({ label, points, height = 150, format = (value) => formatDecimal(value) }: SeriesProps) {
  return (
    <figure className="rd-chart" aria-label={label}>
      <figcaption>{label}</figcaption>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart data={[...points]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--rd-line)" vertical={false} />
          <XAxis dataKey="label" tick={tick} minTickGap={32} stroke={GREY} />
          <YAxis tick={tick} width={52} stroke={GREY} tickFormatter={format} />
          <Tooltip contentStyle={tooltip} formatter={(value) => format(Number(value))} isAnimationActive={false} />
          <Line dataKey="value" name={label} stroke={HUE} dot={false} strokeWidth={2} isAnimationActive={false} />
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  );
}

/** Bars on a zero base, with the period compared to in grey beside them. */
export function BarChart({ label, points, height = 240, format = written, names }: SeriesProps) {
  return (
    <figure className="rd-chart" aria-label={label}>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart data={[...points]} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
          <CartesianGrid stroke="var(--rd-line)" vertical={false} />
          <XAxis dataKey="label" tick={tick} minTickGap={24} stroke={GREY} />
          <YAxis tick={tick} width={64} stroke={GREY} domain={[0, 'auto']} tickFormatter={format} />
          <Tooltip contentStyle={tooltip} formatter={(value) => format(Number(value))} isAnimationActive={false} />
          {names && <Legend wrapperStyle={{ fontSize: 12 }} />}
          {names && (
            <Bar dataKey="before" name={names.before} fill={GREY} fillOpacity={0.5} isAnimationActive={false} />
          )}
          <Bar dataKey="value" name={names?.value ?? label} fill={HUE} isAnimationActive={false} />
        </ComposedChart>
      </ResponsiveContainer>
    </figure>
  );
}
