/** The receipt of a document, and printing it again, marked COPIA. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { CallError } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Loaded } from '../../ui/States.tsx';
import { toastBad, toastDone, toastError } from '../../ui/toast.ts';
import { ReceiptPaper } from './ReceiptPaper.tsx';

interface Props {
  documentKind: 'SALE' | 'RETURN' | 'SHIFT';
  documentId: string;
  /** Another branch, whose document it is: it can be looked at here, and printed there. */
  elsewhere?: string | undefined;
  onClose: () => void;
  /** What else can be done with the document. */
  actions?: ReactNode;
  /** What there is to know of the document besides its paper. */
  notes?: ReactNode;
}

export default function ReceiptDialog({ documentKind, documentId, elsewhere, onClose, actions, notes }: Props) {
  const t = useText();
  const preview = useRead('receipts.preview', {
    documentKind,
    documentId,
    ...(elsewhere === undefined ? {} : { branchId: elsewhere }),
  });
  const print = async (): Promise<void> => {
    try {
      const { copyNumber } = await command('receipts.print', { documentKind, documentId });
      toastDone(t('receipt.queued', { copy: copyNumber }));
    } catch (error) {
      if (error instanceof CallError && error.code === 'PRINTER_NOT_SET')
        toastBad(t('receipt.failed'), t('receipt.noPrinter'), 'no-printer');
      else toastError(error);
    }
  };
  return (
    <Dialog title={t('receipt.title')} size={620} onClose={onClose}>
      <div className="rd-stack">
        {notes}
        <Loaded query={preview}>{({ rows, columns }) => <ReceiptPaper rows={rows} columns={columns} />}</Loaded>
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          {elsewhere !== undefined && <span className="rd-muted">{t('receipt.elsewhere')}</span>}
          {actions}
          <Button variant="default" onClick={onClose}>
            {t('app.close')}
          </Button>
          {elsewhere === undefined && (
            <Button data-autofocus onClick={() => void print()}>
              {t('receipt.print')}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  );
}
