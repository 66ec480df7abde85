/** Inicio del día: six tiles at most, each the door to its list. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { BarChart } from '../../ui/Charts.tsx';
import { formatClp, formatCount, formatDate, formatMillions, formatQuantity, formatTime } from '../../ui/format.ts';
import { Loaded } from '../../ui/States.tsx';
import { Table } from '../../ui/Table.tsx';
import ReceiptDialog from '../receipt/ReceiptDialog.tsx';
import { words } from './cells.ts';

type Opening = OutputOf<'metrics.home'>;

/** Where each thing to do is done. */
const PLACES: Readonly<Record<Opening['toDo'][number]['kind'], string>> = {
  STOCK_TASKS: '/stock',
  TRANSFERS_TO_VERIFY: '/shift',
  SHIFTS_OPEN_SINCE_YESTERDAY: '/shift',
  PURCHASES_TO_RECEIVE: '/buying',
  REQUESTS_TO_APPROVE: '/buying',
};

export default function Home() {
  const home = useRead('metrics.home', {});
  return <Loaded query={home}>{(data) => <Opened data={data} />}</Loaded>;
}

function Opened({ data }: { data: Opening }) {
  const t = useText();
  const [, navigate] = useLocation();
  const [saleId, setSaleId] = useState<string>();
  const { today, sameWeekday, criticalStock, openOrders, toDo } = data;
  const toDoCount = toDo.reduce((sum, { count }) => sum + count, 0);
  const go = (path: string) => (): void => navigate(path);
  return (
    <div className="rd-stack" style={{ overflow: 'auto', flex: 1 }}>
      <div className="rd-figures">
        <Tile
          label={t('reports.salesToday')}
          value={formatClp(today.totalClp)}
          note={against(t, today.totalClp, sameWeekday.totalClp, formatClp)}
          onOpen={go('/sales')}
        />
        <Tile
          label={t('reports.ticket')}
          value={formatClp(today.averageTicketClp)}
          note={t('reports.ofSales', { count: today.saleCount })}
          onOpen={go('/sales')}
        />
        {today.marginMilliClp !== null && (
          <Tile
            label={t('reports.margin')}
            value={formatClp(Math.round(today.marginMilliClp / 1000))}
            note={
              today.marginBasisPoints === null
                ? ''
                : t('reports.ofNet', { percent: Math.round(today.marginBasisPoints / 100) })
            }
            onOpen={go('/sales')}
          />
        )}
        <Tile
          label={t('reports.critical')}
          value={formatCount(criticalStock.count)}
          isBad={criticalStock.count > 0}
          note={t('reports.belowMinimum')}
          onOpen={go('/stock')}
        />
        <Tile
          label={t('reports.openOrders')}
          value={formatCount(openOrders.count)}
          note={formatClp(openOrders.totalClp)}
          onOpen={go('/orders')}
        />
        <Tile
          label={t('reports.toDo')}
          value={formatCount(toDoCount)}
          isBad={toDoCount > 0}
          note={
            toDo[0] ? t(`reports.${toDo[0].kind}`, { count: formatCount(toDo[0].count) }) : t('reports.nothingToDo')
          }
          onOpen={go(toDo[0] ? PLACES[toDo[0].kind] : '/stock')}
        />
      </div>
      <div className="rd-split">
        <section className="rd-panel pad rd-stack">
          <strong>{t('reports.lastDays')}</strong>
          <BarChart
            label={t('reports.lastDays')}
            format={formatMillions}
            height={170}
            points={data.lastDays.map(({ date, totalClp }) => ({ label: formatDate(date), value: totalClp }))}
          />
          <Days days={data.lastDays} />
        </section>
        <div className="rd-two" style={{ alignItems: 'start', alignContent: 'start' }}>
          <div className="rd-stack">
            <List title={t('reports.critical')} empty={t('reports.noneCritical')}>
              {criticalStock.rows.map((row) => (
                <div key={`${row.productId}-${row.warehouseName}`} className="rd-between">
                  <span className="rd-cut" title={row.name}>
                    {row.name}
                  </span>
                  <span className="rd-warn rd-whole">{formatQuantity(row.availableMilli, row.unit)}</span>
                </div>
              ))}
            </List>
            <List title={t('reports.toDo')} empty={t('reports.nothingToDo')}>
              {toDo.map(({ kind, count }) => (
                <button key={kind} type="button" className="rd-link" onClick={go(PLACES[kind])}>
                  {t(`reports.${kind}`, { count: formatCount(count) })}
                </button>
              ))}
            </List>
          </div>
          <div className="rd-stack">
            <List title={t('reports.lastSales')} empty={t('reports.noSalesYet')}>
              {data.lastSales.map((sale) => (
                <button key={sale.id} type="button" className="rd-link rd-between" onClick={() => setSaleId(sale.id)}>
                  <span>
                    {sale.number} <span className="rd-meta">{formatTime(sale.occurredAtMs)}</span>
                  </span>
                  <span>{formatClp(sale.totalClp)}</span>
                </button>
              ))}
            </List>
            <List title={t('reports.openOrders')} empty={t('orders.empty')}>
              {openOrders.rows.map((order) => (
                <button key={order.id} type="button" className="rd-link rd-between" onClick={go('/orders')}>
                  <span>
                    {order.number} {order.customerName} {order.plate}
                  </span>
                  <span>{formatClp(order.totalClp)}</span>
                </button>
              ))}
            </List>
          </div>
        </div>
      </div>
      {saleId !== undefined && (
        <ReceiptDialog documentKind="SALE" documentId={saleId} onClose={() => setSaleId(undefined)} />
      )}
    </div>
  );
}

/** The bars as a table, the newest day first. */
function Days({ days }: { days: Opening['lastDays'] }) {
  const t = useText();
  return (
    <Table
      label={t('reports.lastDays')}
      maxHeight={190}
      rows={[...days].reverse()}
      rowKey={(day) => day.date}
      columns={[
        { id: 'day', title: t('reports.DAY'), cell: (day) => formatDate(day.date) },
        { id: 'sales', title: words(t, 'saleCount'), isNumber: true, cell: (day) => day.saleCount },
        { id: 'total', title: words(t, 'totalClp'), isNumber: true, cell: (day) => formatClp(day.totalClp) },
        { id: 'ticket', title: t('reports.ticket'), isNumber: true, cell: (day) => formatClp(day.averageTicketClp) },
      ]}
    />
  );
}

interface TileProps {
  label: string;
  value: string;
  note: string;
  isBad?: boolean;
  onOpen: () => void;
}

const Tile = ({ label, value, note, isBad = false, onOpen }: TileProps) => (
  <button type="button" className="rd-figure" onClick={onOpen}>
    <span className="rd-muted">{label}</span>
    <strong className={isBad ? 'rd-warn' : undefined}>{value}</strong>
    <span className="rd-meta">{note}</span>
  </button>
);

function List({ title, empty, children }: { title: string; empty: string; children: React.ReactNode[] }) {
  return (
    <section className="rd-panel pad rd-stack rd-list" style={{ gap: 4 }} aria-label={title}>
      <strong>{title}</strong>
      {children.length === 0 ? <span className="rd-muted">{empty}</span> : children.slice(0, 8)}
    </section>
  );
}

/** How today stands against the same weekday at this hour. */
function against(
  t: ReturnType<typeof useText>,
  value: number,
  before: number,
  format: (value: number) => string,
): string {
  if (before === 0) return t('reports.sameWeekday', { value: format(before) });
  const percent = Math.round((value / before - 1) * 100);
  return t('reports.againstWeekday', {
    percent: percent > 0 ? `+${String(percent)}` : String(percent),
    value: format(before),
  });
}
