/** F3: six characters of a plate show the car, its owner, its last visit, and fill the cart with what it took. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { CallError, type OutputOf } from '../../api/client.ts';
import { command, read, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field } from '../../ui/Field.tsx';
import { formatDay, formatMilli, formatQuantity } from '../../ui/format.ts';
import { toastDone } from '../../ui/toast.ts';
import { type CounterProduct, useCart } from './cart.ts';

type Card = NonNullable<OutputOf<'vehicles.byPlate'>>;

const clean = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');
const isPlate = (text: string): boolean => /^([A-Z]{4}\d{2}|[A-Z]{2}\d{4}|[A-Z]{3}\d{2,3})$/.test(clean(text));

export default function PlateDialog({
  onClose,
  onAdd,
}: {
  onClose: () => void;
  onAdd: (product: CounterProduct, quantityMilli: number) => void;
}) {
  const t = useText();
  const cart = useCart();
  const [text, setText] = useState(cart.plate);
  const plate = clean(text);
  const found = useRead('vehicles.byPlate', { plate }, { enabled: isPlate(text) });
  const customers = useRead(
    'customers.list',
    { text, limit: 6 },
    { enabled: text.trim().length >= 3 && !isPlate(text) },
  );
  const attach = (
    customer: { id: string; name: string } | undefined,
    vehicle?: Card['vehicle'],
    odometerKm: number | null = null,
  ): void => {
    cart.change({
      customerId: customer?.id ?? null,
      customerName: customer?.name ?? '',
      vehicleId: vehicle?.id ?? null,
      plate: vehicle?.plate ?? '',
      vehicleName: vehicle ? `${vehicle.make} ${vehicle.model}`.trim() : '',
      odometerKm,
    });
    onClose();
  };
  return (
    <Dialog title={t('plate.title')} size={560} onClose={onClose}>
      <div className="rd-stack">
        <Field
          large
          data-autofocus
          label={`${t('plate.plate')} · ${t('plate.findCustomer')}`}
          value={text}
          maxLength={60}
          onChange={(event) => setText(event.target.value)}
        />
        {found.data && <Vehicle key={plate} card={found.data} onAttach={attach} onAdd={onAdd} onClose={onClose} />}
        {found.data === null && isPlate(text) && (
          <NewVehicle plate={plate} onMade={(vehicle) => attach(undefined, vehicle)} />
        )}
        {customers.data?.rows.map((row) => {
          const name = `${row.firstName} ${row.lastName}`.trim();
          return (
            <button
              key={row.id}
              type="button"
              className="rd-link rd-between"
              style={{ border: '1px solid var(--rd-line)' }}
              onClick={() => attach({ id: row.id, name })}
            >
              <span>{name}</span>
              <span className="rd-muted">{row.rut ?? row.phone}</span>
            </button>
          );
        })}
        {(cart.customerId !== null || cart.vehicleId !== null) && (
          <Button variant="default" onClick={() => attach(undefined)}>
            {t('plate.detach')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Vehicle({
  card,
  onAttach,
  onAdd,
  onClose,
}: {
  card: Card;
  onAttach: (
    customer: { id: string; name: string } | undefined,
    vehicle: Card['vehicle'],
    odometerKm: number | null,
  ) => void;
  onAdd: (product: CounterProduct, quantityMilli: number) => void;
  onClose: () => void;
}) {
  const t = useText();
  const { vehicle } = card;
  const last = useRead('sales.lastOfVehicle', { plate: vehicle.plate });
  const [km, setKm] = useState('');
  const owner = vehicle.customerId === null ? undefined : { id: vehicle.customerId, name: vehicle.customerName ?? '' };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onAttach(owner, vehicle, km === '' ? null : Number(km.replace(/\D/g, '')));
  };
  const repeat = async (): Promise<void> => {
    const lines = last.data?.lines ?? [];
    const products = await read('counter.byIds', { ids: lines.map((line) => line.productId) });
    onAttach(owner, vehicle, km === '' ? null : Number(km.replace(/\D/g, '')));
    for (const line of lines) {
      const product = products.find((candidate) => candidate.id === line.productId);
      if (product) onAdd(product, line.quantityMilli);
    }
    toastDone(t('plate.repeated', { count: products.length }));
    onClose();
  };
  return (
    <form className="rd-stack" onSubmit={submit}>
      <div className="rd-panel pad">
        <strong>
          {vehicle.plate} · {vehicle.make} {vehicle.model} {vehicle.year ?? ''}
        </strong>
        <div className="rd-muted">
          {t('plate.owner')}: {vehicle.customerName ?? '—'} · {t('plate.last')}:{' '}
          {vehicle.lastVisitAtMs === null ? t('plate.never') : formatDay(vehicle.lastVisitAtMs)}
          {vehicle.lastOdometerKm !== null &&
            ` · ${t('plate.lastKm', { km: formatMilli(vehicle.lastOdometerKm * 1000) })}`}
        </div>
        {last.data && (
          <ul style={{ margin: '8px 0 0', paddingLeft: 18 }} aria-label={t('plate.took')}>
            {last.data.lines.map((line) => (
              <li key={line.productId}>
                {line.name} <span className="rd-muted">{formatQuantity(line.quantityMilli, line.unit)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Field
        label={t('plate.odometer')}
        inputMode="numeric"
        value={km}
        onChange={(event) => setKm(event.target.value)}
      />
      <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
        {last.data && (
          <Button variant="default" onClick={() => void repeat()}>
            {t('plate.repeat')}
          </Button>
        )}
        <Button type="submit">{t('plate.attach')}</Button>
      </div>
    </form>
  );
}

function NewVehicle({ plate, onMade }: { plate: string; onMade: (vehicle: Card['vehicle']) => void }) {
  const t = useText();
  const { customerId } = useCart();
  const [make, setMake] = useState('');
  const [model, setModel] = useState('');
  const [year, setYear] = useState('');
  const [error, setError] = useState<string>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await command('vehicles.create', {
        plate,
        customerId,
        make,
        model,
        year: year === '' ? null : Number(year),
        note: '',
      });
      const card = await read('vehicles.byPlate', { plate });
      if (card) onMade(card.vehicle);
    } catch (failure) {
      setError(failure instanceof CallError ? errorText(failure) : String(failure));
    }
  };
  return (
    <form className="rd-stack" onSubmit={(event) => void submit(event)}>
      <p className="rd-muted" style={{ margin: 0 }}>
        {t('plate.unknown')}
      </p>
      <div className="rd-two">
        <Field label={t('plate.make')} value={make} maxLength={40} onChange={(event) => setMake(event.target.value)} />
        <Field
          label={t('plate.model')}
          value={model}
          maxLength={60}
          onChange={(event) => setModel(event.target.value)}
        />
      </div>
      <Field
        label={t('plate.year')}
        inputMode="numeric"
        maxLength={4}
        error={error}
        value={year}
        onChange={(event) => setYear(event.target.value.replace(/\D/g, ''))}
      />
      <Button type="submit">{t('plate.create')}</Button>
    </form>
  );
}
