/** What is asked for by hand, and an order to a supplier that nobody asked for first. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { Problem } from '../../ui/Page.tsx';
import { toastDone } from '../../ui/toast.ts';
import { LinesField, readLines, type TypedLine } from './LinesField.tsx';

export function AskDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const form = useByHand();
  const save = form.saving(async (lines) => {
    const { ids } = await command('requests.create', { source: 'HAND', note: form.note, lines });
    toastDone(t('buying.requested', { count: ids.length }));
    onClose();
  });
  return (
    <Dialog title={t('buying.askByHand')} size={640} onClose={onClose}>
      <form className="rd-stack" onSubmit={save}>
        <LinesField lines={form.lines} onChange={form.setLines} />
        <Field
          label={t('buying.note')}
          maxLength={200}
          value={form.note}
          onChange={(event) => form.setNote(event.target.value)}
        />
        <Problem>{form.error}</Problem>
        <Button type="submit" disabled={!form.isWhole}>
          {t('buying.ask', { count: form.lines.length })}
        </Button>
      </form>
    </Dialog>
  );
}

export function OrderDialog({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const t = useText();
  const suppliers = useRead('supply.terms', {});
  const [supplierId, setSupplierId] = useState('');
  const form = useByHand();
  const chosen = supplierId || suppliers.data?.[0]?.supplierId || '';
  const save = form.saving(async (lines) => {
    const { id } = await command('purchases.create', { supplierId: chosen, note: form.note, lines });
    onMade(id);
  });
  return (
    <Dialog title={t('buying.orderByHand')} size={640} onClose={onClose}>
      <form className="rd-stack" onSubmit={save}>
        <SelectField
          label={t('buying.supplier')}
          value={chosen}
          options={(suppliers.data ?? []).map((row) => ({ value: row.supplierId, label: row.supplierName }))}
          onChange={(event) => setSupplierId(event.target.value)}
        />
        <LinesField lines={form.lines} onChange={form.setLines} />
        <Field
          label={t('buying.note')}
          maxLength={400}
          value={form.note}
          onChange={(event) => form.setNote(event.target.value)}
        />
        <Problem>{form.error}</Problem>
        <Button type="submit" disabled={!form.isWhole || chosen === ''}>
          {t('buying.draftOrder', { count: form.lines.length })}
        </Button>
      </form>
    </Dialog>
  );
}

function useByHand() {
  const [lines, setLines] = useState<TypedLine[]>([]);
  const [note, setNote] = useState('');
  const [error, setError] = useState<string>();
  const read = readLines(lines);
  const saving =
    (work: (lines: { productId: string; quantityMilli: number }[]) => Promise<void>) =>
    (event: SubmitEvent): void => {
      event.preventDefault();
      if (read === undefined) return;
      setError(undefined);
      work(read).catch((failure: unknown) => setError(errorText(failure)));
    };
  return { lines, setLines, note, setNote, error, isWhole: read !== undefined, saving };
}
