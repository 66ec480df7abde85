/** One forecast: past, expected with its band, totals, its parts, how far off it was so far, and why it is made so. */
import { useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useAnswer, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { BandChart, LineChart } from '../../ui/Charts.tsx';
import {
  formatCount,
  formatDate,
  formatDecimal,
  formatExpected,
  formatQuantity,
  formatShare,
  formatWeekday,
} from '../../ui/format.ts';
import { Choices, Figure } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Node } from './ForecastScreen.tsx';

type Forecast = OutputOf<'forecast.get'>;
type View = 'chart' | 'table' | 'parts';

export default function ForecastCard({ node }: { node: Node }) {
  const t = useText();
  const forecast = useRead('forecast.get', node);
  const [view, setView] = useState<View>('chart');
  return (
    <Loaded query={forecast}>
      {(data) => (
        <section className="rd-panel pad rd-stack" style={{ overflow: 'auto' }} aria-label={data.name}>
          <div className="rd-between" style={{ alignItems: 'center' }}>
            <strong style={{ fontSize: 17 }}>{data.name || t('forecast.SHOP')}</strong>
            <Choices
              label={t('forecast.view')}
              value={view}
              onChange={setView}
              options={(['chart', 'table', 'parts'] as const).map((value) => ({
                value,
                label: t(`forecast.${value}`),
              }))}
            />
          </div>
          {data.state === 'FORECAST' ? (
            <Known data={data} view={view} node={node} />
          ) : (
            <Empty
              title={t(data.state === 'NONE' ? 'forecast.none' : `forecast.${data.refusal ?? 'NOT_ENOUGH_DATA'}`)}
              hint={t('forecast.noneHint')}
            />
          )}
        </section>
      )}
    </Loaded>
  );
}

function Known({ data, view, node }: { data: Forecast; view: View; node: Node }) {
  const t = useText();
  const inUnits = (milli: number): number => milli / 1000;
  const points = [
    ...data.history.map(({ date, demandMilli }) => ({
      label: formatDate(date),
      actual: demandMilli === null ? null : inUnits(demandMilli),
    })),
    ...data.days.map((day) => ({
      label: formatDate(day.date),
      expected: inUnits(day.expectedMilli),
      band: [inUnits(day.lowMilli), inUnits(day.highMilli)] as [number, number],
      naive: inUnits(day.naiveMilli),
    })),
  ];
  return (
    <>
      {view === 'chart' && (
        <BandChart
          label={t('forecast.chartOf', { name: data.name || t('forecast.SHOP') })}
          points={points}
          names={{
            actual: t('forecast.actual'),
            expected: t('forecast.expected'),
            band: t('forecast.band'),
            naive: t('forecast.naive'),
          }}
        />
      )}
      {view === 'table' && <Days data={data} />}
      {view === 'parts' && <Parts node={node} />}
      <div className="rd-two">
        <div>
          {data.totals.map((total) => (
            <Figure key={total.days} label={t('forecast.nextDays', { count: total.days })}>
              <strong>{formatExpected(total.expectedMilli, data.unit)}</strong>{' '}
              <span className="rd-muted">
                ({formatExpected(total.low80Milli, '')}–{formatExpected(total.high80Milli, '')})
              </span>
            </Figure>
          ))}
          {data.stock && (
            <Figure label={t('forecast.onHand')}>
              {formatQuantity(data.stock.onHandMilli, data.unit)}
              {data.stock.runsOutOn !== null && (
                <span className="rd-warn"> · {t('forecast.runsOut', { day: formatDate(data.stock.runsOutOn) })}</span>
              )}
            </Figure>
          )}
        </div>
        <div className="rd-muted" style={{ fontSize: 13 }}>
          <p style={{ marginTop: 0 }}>
            {data.soFar
              ? t('forecast.soFar', {
                  days: data.soFar.days,
                  wape: formatShare(data.soFar.wape),
                  naive: formatShare(data.soFar.naiveWape),
                  count: formatCount(data.soFar.windows),
                })
              : t('forecast.notYetScored')}
          </p>
          {data.scheme !== null && <p>{t(`forecast.${data.scheme}`)}</p>}
          {data.why && (
            <p>
              {data.demandClass !== null && `${t(`forecast.${data.demandClass}`)} `}
              {data.why.adi !== null &&
                t('forecast.why', {
                  adi: data.why.adi.toFixed(1).replace('.', ','),
                  days: data.why.sellingDays,
                  open: data.why.openDays,
                })}
            </p>
          )}
        </div>
      </div>
    </>
  );
}

function Days({ data }: { data: Forecast }) {
  const t = useText();
  return (
    <Table
      label={t('forecast.table')}
      maxHeight={300}
      rows={data.days}
      rowKey={(day) => day.date}
      columns={[
        {
          id: 'day',
          title: t('forecast.day'),
          cell: (day) => (
            <>
              {formatDate(day.date)}{' '}
              <span className="rd-meta">{day.isClosed ? t('forecast.closed') : (day.holiday ?? '')}</span>
            </>
          ),
        },
        {
          id: 'expected',
          title: t('forecast.expected'),
          isNumber: true,
          cell: (day) => formatExpected(day.expectedMilli, data.unit),
        },
        {
          id: 'band',
          title: t('forecast.band'),
          isNumber: true,
          cell: (day) => `${formatExpected(day.lowMilli, '')}–${formatExpected(day.highMilli, '')}`,
        },
        {
          id: 'naive',
          title: t('forecast.naive'),
          isNumber: true,
          cell: (day) => formatExpected(day.naiveMilli, ''),
        },
      ]}
    />
  );
}

/** Trend, weekly, yearly and holiday parts, each a small chart of its own. */
function Parts({ node }: { node: Node }) {
  const t = useText();
  const parts = useAnswer(['forecast.explain', node], () => call('forecast.explain', node));
  return (
    <Loaded query={parts}>
      {(data) =>
        data === null ? (
          <Empty title={t('forecast.NOT_ENOUGH_DATA')} />
        ) : (
          <>
            <div className="rd-two">
              <LineChart
                label={t('forecast.trend')}
                points={data.days.map((day) => ({ label: formatDate(day.date), value: day.trend }))}
              />
              <LineChart
                label={t('forecast.weekly')}
                points={data.week.map((value, index) => ({ label: weekdayName(index), value }))}
              />
              {data.year.length > 0 && (
                <LineChart
                  label={t('forecast.yearly')}
                  points={data.year.map(({ date, value }) => ({ label: formatDate(date), value }))}
                />
              )}
              <LineChart
                label={t('forecast.holidays')}
                points={data.days.map((day) => ({ label: formatDate(day.date), value: day.holidays }))}
              />
            </div>
            <PartsTable days={data.days.filter((day) => !day.isPast)} />
          </>
        )
      }
    </Loaded>
  );
}

const PARTS = ['trend', 'weekly', 'yearly', 'holidays'] as const;

/** What each part adds to the days to come, in units a day. */
function PartsTable({ days }: { days: NonNullable<OutputOf<'forecast.explain'>>['days'] }) {
  const t = useText();
  return (
    <Table
      label={t('forecast.parts')}
      maxHeight={200}
      rows={days}
      rowKey={(day) => day.date}
      columns={[
        { id: 'day', title: t('forecast.day'), cell: (day) => formatDate(day.date) },
        ...[...PARTS, 'total' as const].map((part) => ({
          id: part,
          title: t(`forecast.${part}`),
          isNumber: true,
          cell: (day: (typeof days)[number]) => formatDecimal(day[part]),
        })),
      ]}
    />
  );
}

/** 2024-01-01 was a Monday. */
const weekdayName = (index: number): string => formatWeekday(`2024-01-0${String(1 + index)}`);
