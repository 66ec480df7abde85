/** Creates or edits a product; `barcode` is a code that was scanned and is not known yet. */
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';

interface Props {
  barcode?: string;
  onClose: () => void;
  onSaved?: (id: string) => void;
}

export default function ProductDialog({ onClose }: Props) {
  const t = useText();
  return (
    <Dialog title={t('products.new')} onClose={onClose}>
      {null}
    </Dialog>
  );
}
