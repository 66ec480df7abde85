import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

type Printer = OutputOf<'printers.list'>[number];

/** The printers of this till and what waits for them. */
export default function PrintersTab() {
  const t = useText();
  const mayManage = useMay('printers.manage');
  const printers = useRead('printers.list', {});
  const queue = useRead('receipts.queue', {});
  const attempt = (work: Promise<unknown>): void => void work.then(() => toastDone(t('app.done'))).catch(toastError);
  return (
    <div className="rd-two" style={{ alignItems: 'start' }}>
      <section className="rd-panel pad rd-stack" aria-label={t('receipt.printers')}>
        <strong>{t('receipt.printers')}</strong>
        {printers.data?.map((printer) => (
          <div key={printer.id} className="rd-between" style={{ alignItems: 'center' }}>
            <span>
              {printer.name} <span className="rd-muted">{describe(printer)}</span>
              {printer.isDefault === 'YES' && <div className="rd-meta">{t('receipt.isDefault')}</div>}
            </span>
            {mayManage && (
              <span>
                <button
                  type="button"
                  className="rd-link"
                  onClick={() => attempt(command('printers.test', { id: printer.id }))}
                >
                  {t('receipt.test')}
                </button>
                <button
                  type="button"
                  className="rd-link"
                  onClick={() => attempt(command('printers.archive', { id: printer.id }))}
                >
                  {t('stock.remove')}
                </button>
              </span>
            )}
          </div>
        ))}
        {mayManage && <PrinterForm />}
      </section>
      <section className="rd-panel pad rd-stack" aria-label={t('receipt.queue')}>
        <strong>{t('receipt.queue')}</strong>
        <Loaded query={queue}>
          {(jobs) =>
            jobs.length === 0 ? (
              <Empty title={t('receipt.emptyQueue')} />
            ) : (
              <>
                {jobs.map((job) => (
                  <div key={job.id} className="rd-between">
                    <span>
                      {formatTime(job.createdAtMs)} · {t(`printing.${job.documentKind}`)} · {job.printerName}
                      <div className={job.state === 'FAILED' ? 'rd-bad' : 'rd-meta'}>
                        {t(`printing.${job.state}`)} {job.lastError}
                      </div>
                    </span>
                    <span>
                      <button
                        type="button"
                        className="rd-link"
                        onClick={() => attempt(command('receipts.retry', { id: job.id }))}
                      >
                        {t('app.retry')}
                      </button>
                      <button
                        type="button"
                        className="rd-link"
                        onClick={() => attempt(command('receipts.discard', { id: job.id }))}
                      >
                        {t('receipt.discard')}
                      </button>
                    </span>
                  </div>
                ))}
              </>
            )
          }
        </Loaded>
      </section>
    </div>
  );
}

function describe({ transport, columns }: Printer): string {
  const where = {
    TCP: () => (transport.kind === 'TCP' ? `${transport.host}:${String(transport.port)}` : ''),
    SPOOLER: () => (transport.kind === 'SPOOLER' ? transport.queue : ''),
    FILE: () => (transport.kind === 'FILE' ? transport.folder : ''),
    NONE: () => '—',
  }[transport.kind]();
  return `${where} · ${columns === 32 ? '58' : '80'} mm`;
}

function PrinterForm() {
  const t = useText();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Printer['transport']['kind']>('TCP');
  const [where, setWhere] = useState('');
  const [port, setPort] = useState('9100');
  const [columns, setColumns] = useState('48');
  const [error, setError] = useState<string>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const transport =
      kind === 'TCP'
        ? { kind, host: where, port: Number(port) }
        : kind === 'SPOOLER'
          ? { kind, queue: where }
          : { kind: 'FILE' as const, folder: where };
    try {
      await command('printers.save', { name, transport, columns: Number(columns) as 32 | 48 });
      setName('');
      setWhere('');
      toastDone(t('admin.saved'));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <form className="rd-stack" onSubmit={(event) => void submit(event)}>
      <strong>{t('receipt.newPrinter')}</strong>
      <div className="rd-two">
        <Field
          label={t('receipt.printerName')}
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t('receipt.transport')}
          value={kind}
          options={[
            { value: 'TCP', label: 'TCP 9100' },
            { value: 'SPOOLER', label: t('receipt.spooler') },
            { value: 'FILE', label: t('receipt.folder') },
          ]}
          onChange={(event) => setKind(event.target.value as typeof kind)}
        />
        <Field
          label={
            kind === 'TCP' ? t('receipt.address') : kind === 'SPOOLER' ? t('receipt.spooler') : t('receipt.folder')
          }
          required
          value={where}
          error={error}
          onChange={(event) => (setWhere(event.target.value), setError(undefined))}
        />
        {kind === 'TCP' && (
          <Field
            label={t('receipt.port')}
            inputMode="numeric"
            value={port}
            onChange={(event) => setPort(event.target.value.replace(/\D/g, ''))}
          />
        )}
        <SelectField
          label={t('receipt.columns')}
          value={columns}
          options={[
            { value: '48', label: '80 mm' },
            { value: '32', label: '58 mm' },
          ]}
          onChange={(event) => setColumns(event.target.value)}
        />
      </div>
      <Button type="submit">{t('app.save')}</Button>
    </form>
  );
}
