/** Receive, adjust, issue, transfer or return: scan, quantity, Enter; one document at the end. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatClp, formatMilli } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { toastBad, toastDone } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';
import { type StockDraft, type StockLine, type StockWork, useStockDraft } from './draft.ts';
import { LineEntry } from './LineEntry.tsx';

interface Posted {
  number: string;
  costChanges?: readonly unknown[];
}

/** Sends the document that the draft describes. */
function post(work: StockWork, draft: StockDraft, warehouseId: string, toWarehouseId: string): Promise<Posted> {
  const { commandId, reason, reference, supplierId } = draft;
  const lines = draft.lines.map(({ product, quantityMilli }) => ({ productId: product.id, quantityMilli }));
  switch (work) {
    case 'receive': {
      const costed = lines.map((line, index) => ({
        ...line,
        unitCostMilliClp: draft.lines[index]?.unitCostMilliClp ?? 0,
      }));
      const supplier = supplierId === '' ? null : supplierId;
      return command('stock.receive', { warehouseId, supplierId: supplier, reference, lines: costed }, commandId);
    }
    case 'adjust': {
      const counted = lines.map(({ productId, quantityMilli }) => ({ productId, countedMilli: quantityMilli }));
      return command('stock.adjust', { warehouseId, reason, lines: counted }, commandId);
    }
    case 'issue':
      return command('stock.issue', { warehouseId, reason, lines }, commandId);
    case 'toSupplier':
      return command('stock.returnToSupplier', { warehouseId, supplierId, reason, lines }, commandId);
    case 'transfer':
      return command('stock.transfer', { fromWarehouseId: warehouseId, toWarehouseId, reason, lines }, commandId);
  }
}

export function StockDocumentDialog({ work, onClose }: { work: StockWork; onClose: () => void }) {
  const t = useText();
  const warehouses = useRead('warehouses.list', {});
  const { draft, isRestored, change, clear } = useStockDraft(work);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const rows = warehouses.data ?? [];
  const warehouseId = draft.from || (rows.find((row) => row.purpose === 'SALES')?.id ?? '');
  const toWarehouseId = draft.to || (rows.find((row) => row.id !== warehouseId)?.id ?? '');
  const titles: Record<StockWork, string> = {
    receive: t('stock.receive'),
    adjust: t('stock.adjust'),
    issue: t('stock.issue'),
    transfer: t('stock.transfer'),
    toSupplier: t('stock.toSupplier'),
  };
  const needsReason = work === 'adjust' || work === 'issue' || work === 'toSupplier';
  const isReady =
    draft.lines.length > 0 &&
    (!needsReason || draft.reason.trim().length >= 3) &&
    (work !== 'toSupplier' || draft.supplierId !== '');

  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const { number, costChanges = [] } = await post(work, draft, warehouseId, toWarehouseId);
      clear();
      toastDone(t('stock.posted', { number }));
      if (costChanges.length > 0) toastBad(t('stock.costChanged', { count: costChanges.length }), '');
      onClose();
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  };

  return (
    <Dialog title={titles[work]} size={760} onClose={onClose}>
      <div className="rd-stack">
        <Head work={work} draft={draft} change={change} warehouseId={warehouseId} toWarehouseId={toWarehouseId} />
        {isRestored && (
          <div className="rd-between rd-muted" role="status" style={{ alignItems: 'center' }}>
            {t('stock.draft')}
            <button type="button" className="rd-link" onClick={clear}>
              {t('stock.discarded')}
            </button>
          </div>
        )}
        <LineEntry work={work} onAdd={(line) => change(({ lines }) => ({ lines: joined(lines, line, work) }))} />
        <Lines
          lines={draft.lines}
          hasCost={work === 'receive'}
          onRemove={(line) => change({ lines: draft.lines.filter((each) => each.key !== line.key) })}
        />
        <Problem>{error}</Problem>
        <Button disabled={!isReady} loading={isBusy} onClick={() => void confirm()}>
          {t('stock.confirm', { count: draft.lines.length })}
        </Button>
      </div>
    </Dialog>
  );
}

/** A product that comes again at the same cost is one line; a second count of it replaces the first. */
function joined(lines: readonly StockLine[], line: StockLine, work: StockWork): StockLine[] {
  const same = (each: StockLine): boolean =>
    each.product.id === line.product.id && each.unitCostMilliClp === line.unitCostMilliClp;
  if (!lines.some(same)) return [...lines, line];
  const sum = (each: StockLine): number =>
    work === 'adjust' ? line.quantityMilli : each.quantityMilli + line.quantityMilli;
  return lines.map((each) => (same(each) ? { ...each, quantityMilli: sum(each) } : each));
}

interface HeadProps {
  work: StockWork;
  draft: StockDraft;
  change: (patch: Partial<StockDraft>) => void;
  warehouseId: string;
  toWarehouseId: string;
}

function Head({ work, draft, change, warehouseId, toWarehouseId }: HeadProps) {
  const t = useText();
  const warehouses = useRead('warehouses.list', {});
  const maySuppliers = useMay('suppliers.read');
  const hasSupplier = maySuppliers && (work === 'receive' || work === 'toSupplier');
  const suppliers = useRead('suppliers.list', { limit: 500 }, { enabled: hasSupplier });
  const choices = (warehouses.data ?? []).map((row) => ({ value: row.id, label: row.name }));
  return (
    <div className="rd-two">
      <SelectField
        label={work === 'transfer' ? t('stock.from') : t('stock.warehouse')}
        value={warehouseId}
        options={choices}
        onChange={(event) => change({ from: event.target.value })}
      />
      {work === 'transfer' && (
        <SelectField
          label={t('stock.to')}
          value={toWarehouseId}
          options={choices.filter(({ value }) => value !== warehouseId)}
          onChange={(event) => change({ to: event.target.value })}
        />
      )}
      {hasSupplier && (
        <SelectField
          label={t('products.supplier')}
          value={draft.supplierId}
          options={[
            { value: '', label: t('app.none') },
            ...(suppliers.data?.rows ?? []).map((row) => ({ value: row.id, label: row.name })),
          ]}
          onChange={(event) => change({ supplierId: event.target.value })}
        />
      )}
      {work === 'receive' ? (
        <Field
          label={t('stock.reference')}
          value={draft.reference}
          maxLength={60}
          onChange={(event) => change({ reference: event.target.value })}
        />
      ) : (
        <Field
          label={t('app.reason')}
          value={draft.reason}
          maxLength={200}
          onChange={(event) => change({ reason: event.target.value })}
        />
      )}
    </div>
  );
}

interface LinesProps {
  lines: readonly StockLine[];
  hasCost: boolean;
  onRemove: (line: StockLine) => void;
}

function Lines({ lines, hasCost, onRemove }: LinesProps) {
  const t = useText();
  return (
    <div style={{ maxHeight: 220, overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('sales.items')}>
      {lines.length === 0 && <p className="rd-muted">{t('stock.nothingYet')}</p>}
      {lines.map((line) => (
        <div key={line.key} className="rd-between" style={{ padding: '6px 0' }}>
          <span>
            {line.product.sku} · {line.product.name}
          </span>
          <span style={{ whiteSpace: 'nowrap' }}>
            {formatMilli(line.quantityMilli)} {line.product.unit}
            {hasCost && ` · ${formatClp(Math.round(line.unitCostMilliClp / 1000))}`}{' '}
            <button
              type="button"
              className="rd-link"
              aria-label={`${t('stock.remove')} ${line.product.name}`}
              onClick={() => onRemove(line)}
            >
              ✕
            </button>
          </span>
        </div>
      ))}
    </div>
  );
}
