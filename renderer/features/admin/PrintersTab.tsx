import { useState } from 'react';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { formatTime } from '../../ui/format.ts';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { printProblem } from '../receipt/printProblem.ts';
import { type Printer, PrinterForm } from '../receipt/PrinterForm.tsx';
import { useMay } from '../session/store.ts';

/** The printers of this till and what waits for them. */
export default function PrintersTab() {
  const t = useText();
  const mayManage = useMay('printers.manage');
  const printers = useRead('printers.list', {});
  const queue = useRead('receipts.queue', {});
  const [edited, setEdited] = useState<string>();
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
                <button type="button" className="rd-link" onClick={() => setEdited(printer.id)}>
                  {t('receipt.edit')}
                </button>
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
        {mayManage && (
          <PrinterForm
            key={edited ?? ''}
            printer={printers.data?.find(({ id }) => id === edited)}
            onSaved={() => (setEdited(undefined), toastDone(t('admin.saved')))}
          />
        )}
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
                        {t(`printing.${job.state}`)} {job.lastError !== '' && printProblem(t, job.lastError)}
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
