/** Pronóstico: what will sell, of everything, of a category or of a product, with how sure that is and how good it was so far. */
import { Suspense, useState } from 'react';
import { lazily } from '../../app/lazily.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { formatExpected } from '../../ui/format.ts';
import { Choices, Push } from '../../ui/Page.tsx';
import { Empty, Loaded, Loading } from '../../ui/States.tsx';
import { ForecastRun } from './ForecastRun.tsx';

const ForecastCard = lazily(() => import('./ForecastCard.tsx'));
const AccuracyPanel = lazily(() => import('./AccuracyPanel.tsx'));
const OutcomesPanel = lazily(() => import('./OutcomesPanel.tsx'));
const CalendarPanel = lazily(() => import('./CalendarPanel.tsx'));

export type Node = { kind: 'PRODUCT' | 'CATEGORY'; id: string } | { kind: 'SHOP' };
const VIEWS = ['PRODUCT', 'CATEGORY', 'SHOP', 'ACCURACY', 'OUTCOMES', 'CALENDAR'] as const;

export default function ForecastScreen() {
  const t = useText();
  const [view, setView] = useState<(typeof VIEWS)[number]>('PRODUCT');
  return (
    <div className="rd-page">
      <header>
        <h2>{t('forecast.title')}</h2>
        <Choices
          label={t('forecast.title')}
          value={view}
          onChange={setView}
          options={VIEWS.map((value) => ({ value, label: t(`forecast.${value}`) }))}
        />
        <Push />
        <ForecastRun />
      </header>
      <Suspense fallback={<Loading />}>
        {view === 'SHOP' ? (
          <ForecastCard node={{ kind: 'SHOP' }} />
        ) : view === 'ACCURACY' ? (
          <AccuracyPanel />
        ) : view === 'OUTCOMES' ? (
          <OutcomesPanel />
        ) : view === 'CALENDAR' ? (
          <CalendarPanel />
        ) : (
          <Browser key={view} kind={view} />
        )}
      </Suspense>
    </div>
  );
}

function Browser({ kind }: { kind: 'PRODUCT' | 'CATEGORY' }) {
  const t = useText();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string>();
  const list = useRead('forecast.list', { kind, text, limit: 200 }, { keepPrevious: true });
  const shown = chosen ?? list.data?.rows[0]?.id;
  return (
    <div className="rd-split">
      <div className="rd-stack" style={{ minHeight: 0 }}>
        <Field label={t('app.search')} value={text} onChange={(event) => setText(event.target.value)} />
        <Loaded query={list}>
          {({ rows }) => (
            <DataTable
              label={t(`forecast.${kind}`)}
              rows={rows}
              rowKey={(row) => row.id}
              selected={shown}
              onOpen={(row) => setChosen(row.id)}
              empty={<Empty title={t('forecast.none')} hint={t('forecast.noneHint')} />}
              columns={[
                {
                  id: 'name',
                  title: t('stock.product'),
                  cell: (row) => (
                    <>
                      {row.name} {row.sku !== '' && <span className="rd-meta">{row.sku}</span>}
                    </>
                  ),
                },
                {
                  id: 'expected',
                  title: t('forecast.next28'),
                  isNumber: true,
                  width: 150,
                  cell: (row) =>
                    row.state === 'REFUSED' ? (
                      <span className="rd-meta">{t('forecast.refusedShort')}</span>
                    ) : (
                      <>
                        {formatExpected(row.expected28Milli, row.unit)}{' '}
                        <span className="rd-meta">
                          {formatExpected(row.low28Milli, '')}–{formatExpected(row.high28Milli, '')}
                        </span>
                      </>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
      </div>
      <Suspense fallback={<Loading />}>
        {shown === undefined ? null : <ForecastCard key={shown} node={{ kind, id: shown }} />}
      </Suspense>
    </div>
  );
}
