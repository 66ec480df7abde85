/** Adds or changes a printer of this till: where it is, how wide its paper is, whether the drawer hangs on it. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';

export type Printer = OutputOf<'printers.list'>[number];
type Transport = Printer['transport'];

interface Props {
  /** The one to change; undefined for a new one. */
  printer?: Printer | undefined;
  onSaved: (id: string) => void;
}

const whereOf = (transport: Transport): string =>
  transport.kind === 'TCP'
    ? transport.host
    : transport.kind === 'SPOOLER'
      ? transport.queue
      : transport.kind === 'FILE'
        ? transport.folder
        : '';

export function PrinterForm({ printer, onSaved }: Props) {
  const t = useText();
  const [form, setForm] = useState({
    name: printer?.name ?? '',
    kind: printer?.transport.kind ?? ('TCP' as const),
    where: printer ? whereOf(printer.transport) : '',
    port: String(printer?.transport.kind === 'TCP' ? printer.transport.port : 9100),
    columns: String(printer?.columns ?? 48),
    kicksDrawer: printer?.kicksDrawer ?? ('YES' as const),
    isDefault: printer?.isDefault ?? ('YES' as const),
  });
  const [error, setError] = useState<string>();
  const set = (patch: Partial<typeof form>): void => (setForm({ ...form, ...patch }), setError(undefined));
  const { kind, where } = form;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const transports: Record<Transport['kind'], Transport> = {
      TCP: { kind: 'TCP', host: where, port: Number(form.port) },
      SPOOLER: { kind: 'SPOOLER', queue: where },
      FILE: { kind: 'FILE', folder: where },
      NONE: { kind: 'NONE' },
    };
    try {
      const { id } = await command('printers.save', {
        ...(printer ? { id: printer.id, codepage: printer.codepage } : {}),
        name: form.name,
        transport: transports[kind],
        columns: Number(form.columns) as Printer['columns'],
        kicksDrawer: form.kicksDrawer,
        isDefault: form.isDefault,
      });
      if (!printer) set({ name: '', where: '' });
      onSaved(id);
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  const yesNo = [
    { value: 'YES', label: t('app.yes') },
    { value: 'NO', label: t('app.no') },
  ];
  return (
    <form className="rd-stack" onSubmit={(event) => void submit(event)}>
      <strong>{t(printer ? 'receipt.editPrinter' : 'receipt.newPrinter')}</strong>
      <div className="rd-two">
        <Field
          label={t('receipt.printerName')}
          required
          value={form.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <SelectField
          label={t('receipt.transport')}
          value={kind}
          options={[
            { value: 'TCP', label: 'TCP 9100' },
            { value: 'SPOOLER', label: t('receipt.spooler') },
            { value: 'FILE', label: t('receipt.folder') },
          ]}
          onChange={(event) => set({ kind: event.target.value as Transport['kind'] })}
        />
        <Field
          label={t(kind === 'TCP' ? 'receipt.address' : kind === 'SPOOLER' ? 'receipt.spooler' : 'receipt.folder')}
          required
          value={where}
          error={error}
          onChange={(event) => set({ where: event.target.value })}
        />
        {kind === 'TCP' && (
          <Field
            label={t('receipt.port')}
            inputMode="numeric"
            value={form.port}
            onChange={(event) => set({ port: event.target.value.replace(/\D/g, '') })}
          />
        )}
        <SelectField
          label={t('receipt.columns')}
          value={form.columns}
          options={[
            { value: '48', label: '80 mm' },
            { value: '42', label: '80 mm (42)' },
            { value: '32', label: '58 mm' },
          ]}
          onChange={(event) => set({ columns: event.target.value })}
        />
        <SelectField
          label={t('receipt.kick')}
          value={form.kicksDrawer}
          options={yesNo}
          onChange={(event) => set({ kicksDrawer: event.target.value as 'YES' | 'NO' })}
        />
        <SelectField
          label={t('receipt.makeDefault')}
          value={form.isDefault}
          options={yesNo}
          onChange={(event) => set({ isDefault: event.target.value as 'YES' | 'NO' })}
        />
      </div>
      <Button type="submit">{t('app.save')}</Button>
    </form>
  );
}
