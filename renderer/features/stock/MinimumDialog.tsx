/** The least that a warehouse should hold of a product. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { useCommand } from '../../api/useCommand.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { QuantityField } from '../../ui/Field.tsx';
import { parseQuantity, quantityText } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';

export type MinimumOf = OutputOf<'stock.levels'>['rows'][number];

export function MinimumDialog({ of, onClose }: { of: MinimumOf; onClose: () => void }) {
  const t = useText();
  const [text, setText] = useState(quantityText(of.minimumMilli));
  const { send, error, isBusy } = useCommand('stock.setMinimum');
  const minimumMilli = parseQuantity(text);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (minimumMilli === undefined) return;
    if (await send({ productId: of.productId, warehouseId: of.warehouseId, minimumMilli })) onClose();
  };
  return (
    <Dialog title={t('stock.setMinimum', { name: of.name, warehouse: of.warehouseName })} size={460} onClose={onClose}>
      <form className="rd-stack" onSubmit={(event) => void submit(event)}>
        <QuantityField
          large
          data-autofocus
          label={`${t('stock.minimum')} (${of.unit})`}
          hint={t('stock.zeroMinimum')}
          value={text}
          onFocus={(event) => event.target.select()}
          onChange={setText}
        />
        <Problem>{error}</Problem>
        <Button type="submit" loading={isBusy} disabled={minimumMilli === undefined}>
          {t('app.save')}
        </Button>
      </form>
    </Dialog>
  );
}
