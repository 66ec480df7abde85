/** Receiving an order: scan, quantity, Enter. What was counted is kept as it grows; costs that moved are shown with the margin they leave. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { command, newId } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { ProductName } from '../../ui/ProductName.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatClp, formatQuantity, parseCost, parseQuantity, quantityText } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { Table } from '../../ui/Table.tsx';
import { toastDone } from '../../ui/toast.ts';
import { useScans } from '../sell/useScans.ts';
import { useMay } from '../session/store.ts';

type Purchase = OutputOf<'purchases.get'>;
type Line = Purchase['lines'][number];
type CostChange = OutputOf<'purchases.receive'>['costChanges'][number];
interface Counted {
  quantity: string;
  cost: string;
}

const KEEP_AFTER_MS = 400;
const costText = (milliClp: number | null): string => (milliClp === null ? '' : quantityText(milliClp));

export function ReceptionForm({ purchase, onDone }: { purchase: Purchase; onDone: () => void }) {
  const t = useText();
  const seesCost = useMay('cost.read');
  const { id, counting } = purchase;
  const [reference, setReference] = useState(counting?.reference ?? '');
  const [counted, setCounted] = useState<Record<string, Counted>>(() =>
    Object.fromEntries(
      (counting?.lines ?? []).map((line) => [
        line.productId,
        { quantity: quantityText(line.quantityMilli), cost: costText(line.unitCostMilliClp) },
      ]),
    ),
  );
  const [marked, setMarked] = useState<string>();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  /** Codes that are still looked up: nothing is booked without them. */
  const [asked, setAsked] = useState(0);
  const [changes, setChanges] = useState<CostChange[]>();
  const commandId = useRef(newId());
  const rows = useRef(new Map<string, HTMLInputElement>());
  const box = useRef<HTMLInputElement>(null);

  const lines = purchase.lines.flatMap((line) => {
    const entry = counted[line.productId];
    const quantityMilli = parseQuantity(entry?.quantity ?? '');
    if (!entry || !quantityMilli) return [];
    const unitCostMilliClp = parseCost(entry.cost);
    return [
      { productId: line.productId, quantityMilli, ...(unitCostMilliClp === undefined ? {} : { unitCostMilliClp }) },
    ];
  });
  const isBad = Object.values(counted).some(
    ({ quantity, cost }) =>
      (quantity !== '' && parseQuantity(quantity) === undefined) || (cost !== '' && parseCost(cost) === undefined),
  );
  const kept = JSON.stringify({ reference, lines });
  useEffect(() => {
    const timer = setTimeout(() => {
      void call('purchases.saveCounting', {
        id,
        ...(JSON.parse(kept) as { reference: string; lines: typeof lines }),
      }).catch(() => undefined);
    }, KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [id, kept]);

  const set = (productId: string, patch: Partial<Counted>): void => {
    setError(undefined);
    setCounted((all) => ({ ...all, [productId]: { quantity: '', cost: '', ...all[productId], ...patch } }));
  };
  const scan = async (text: string): Promise<void> => {
    setCode('');
    setAsked((count) => count + 1);
    try {
      const found = await call('purchases.byCode', { id, code: text });
      if (!found) return setError(t('sell.unknownCode', { code: text }));
      if (found.lineNumber === null) return setError(t('buying.notOrdered', { name: found.name }));
      setError(undefined);
      setMarked(found.productId);
      setCounted((all) => {
        const entry = all[found.productId];
        const before = parseQuantity(entry?.quantity ?? '') ?? 0;
        const cost = purchase.lines.find((line) => line.productId === found.productId)?.unitCostMilliClp ?? null;
        const quantity = quantityText(before + found.quantityMilli);
        return { ...all, [found.productId]: { cost: costText(cost), ...entry, quantity } };
      });
      requestAnimationFrame(() => rows.current.get(found.productId)?.scrollIntoView({ block: 'nearest' }));
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setAsked((count) => count - 1);
    }
  };
  useScans({ onScan: (text) => void scan(text), onRefused: () => undefined });

  const receive = async (): Promise<void> => {
    try {
      const answer = await command('purchases.receive', { id, reference, lines }, commandId.current);
      toastDone(t('buying.receptionDone', { number: answer.stockNumber }));
      if (answer.costChanges.length > 0) setChanges(answer.costChanges);
      else onDone();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const countedCell = (line: Line) => (
    <input
      className="rd-cell"
      inputMode="decimal"
      aria-label={`${t('buying.counted')}: ${line.name}`}
      ref={(element) => void (element && rows.current.set(line.productId, element))}
      value={counted[line.productId]?.quantity ?? ''}
      onFocus={(event) => event.target.select()}
      onKeyDown={(event) => event.key === 'Enter' && box.current?.focus()}
      onChange={(event) =>
        set(line.productId, {
          quantity: event.target.value,
          ...(counted[line.productId] ? {} : { cost: costText(line.unitCostMilliClp) }),
        })
      }
    />
  );
  const costCell = (line: Line) => {
    const cost = counted[line.productId]?.cost ?? '';
    const moved = movedBy(line.unitCostMilliClp, parseCost(cost));
    return (
      <>
        <input
          className="rd-cell"
          inputMode="decimal"
          aria-label={`${t('stock.unitCost')}: ${line.name}`}
          value={cost}
          onFocus={(event) => event.target.select()}
          onChange={(event) => set(line.productId, { cost: event.target.value })}
        />
        {moved !== 0 && (
          <div className={moved > 0 ? 'rd-meta rd-warn' : 'rd-meta rd-ok'} style={{ marginTop: 4 }}>
            {moved > 0 ? '+' : ''}
            {moved} %
          </div>
        )}
      </>
    );
  };
  if (changes) return <CostChanges changes={changes} onDone={onDone} />;
  return (
    <div className="rd-stack">
      <form
        className="rd-two"
        onSubmit={(event: SubmitEvent) => (event.preventDefault(), code.trim() !== '' && void scan(code.trim()))}
      >
        <Field
          label={t('buying.scan')}
          data-autofocus
          data-scan-box
          inputRef={box}
          value={code}
          maxLength={80}
          onChange={(event) => setCode(event.target.value)}
        />
        <Field
          label={t('buying.reference')}
          value={reference}
          maxLength={60}
          onChange={(event) => setReference(event.target.value)}
        />
      </form>
      <Table
        label={t('buying.lines')}
        maxHeight={360}
        rows={purchase.lines}
        rowKey={(line) => line.productId}
        selected={marked ?? ''}
        columns={[
          {
            id: 'product',
            title: t('stock.product'),
            cell: (line) => <ProductName name={line.name} sku={line.sku} />,
          },
          {
            id: 'pending',
            title: t('buying.pending'),
            isNumber: true,
            cell: (line) => formatQuantity(Math.max(0, line.quantityMilli - line.receivedMilli), line.unit),
          },
          { id: 'counted', title: t('buying.counted'), isNumber: true, width: 130, cell: countedCell },
          ...(seesCost ? [{ id: 'cost', title: t('stock.unitCost'), isNumber: true, width: 150, cell: costCell }] : []),
        ]}
      />
      <Problem>{error}</Problem>
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <span className="rd-muted" style={{ flex: 1 }}>
          {t('buying.kept')}
        </span>
        <Button variant="default" onClick={onDone}>
          {t('app.back')}
        </Button>
        <Button disabled={lines.length === 0 || isBad || asked > 0} onClick={() => void receive()}>
          {t('buying.book', { count: lines.length })}
        </Button>
      </div>
    </div>
  );
}

/** How far a cost moved from the ordered one, in whole percent. */
const movedBy = (ordered: number | null, typed: number | undefined): number =>
  ordered === null || ordered === 0 || typed === undefined ? 0 : Math.round((typed / ordered - 1) * 100);

function CostChanges({ changes, onDone }: { changes: CostChange[]; onDone: () => void }) {
  const t = useText();
  const percent = (basisPoints: number): string => `${String(Math.round(basisPoints / 100))} %`;
  return (
    <div className="rd-stack" role="status">
      <strong>{t('buying.costChanged')}</strong>
      {changes.map((change) => (
        <div key={change.productId} className="rd-between">
          <span>
            {change.name}
            <div className="rd-meta">
              {t('buying.average', {
                before: formatClp(Math.round(change.previousMilliClp / 1000)),
                after: formatClp(Math.round(change.averageAfterMilliClp / 1000)),
              })}
            </div>
          </span>
          <span className={change.marginAfterBasisPoints < change.marginBeforeBasisPoints ? 'rd-warn' : 'rd-ok'}>
            {t('buying.margin', {
              before: percent(change.marginBeforeBasisPoints),
              after: percent(change.marginAfterBasisPoints),
            })}
          </span>
        </div>
      ))}
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        <Button data-autofocus onClick={onDone}>
          {t('app.close')}
        </Button>
      </div>
    </div>
  );
}
