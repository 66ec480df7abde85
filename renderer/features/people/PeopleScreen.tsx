/** Personas: customers, suppliers, employees and vehicles, each found by any of its words. */
import { useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { formatRut } from '#core/shared/rut.ts';
import { useRead } from '../../api/hooks.ts';
import { type AppCommand, useCommands } from '../../app/commands.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Field } from '../../ui/Field.tsx';
import { formatClp, formatDay, formatCount } from '../../ui/format.ts';
import { Choices, Page, Push } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import type { Column } from '../../ui/Table.tsx';
import { useMay } from '../session/store.ts';
import { PersonDialog, type PersonKind, type PersonRow } from './PersonDialog.tsx';

interface ListProps {
  text: string;
  onOpen: ((row: PersonRow) => void) | undefined;
}

const LIMIT = 500;

export default function PeopleScreen() {
  const t = useText();
  const may = {
    customers: useMay('customers.read'),
    suppliers: useMay('suppliers.read'),
    employees: useMay('employees.read'),
  };
  const mayWrite = {
    customers: useMay('customers.write'),
    suppliers: useMay('suppliers.write'),
    employees: useMay('employees.write'),
  };
  const tabs: { value: PersonKind; label: string }[] = [
    ...(may.customers ? [{ value: 'customers' as const, label: t('people.customers') }] : []),
    ...(may.suppliers ? [{ value: 'suppliers' as const, label: t('people.suppliers') }] : []),
    ...(may.employees ? [{ value: 'employees' as const, label: t('people.employees') }] : []),
    ...(may.customers ? [{ value: 'vehicles' as const, label: t('people.vehicles') }] : []),
  ];
  const [chosen, setChosen] = useState<PersonKind>();
  const tab = chosen ?? tabs[0]?.value ?? 'customers';
  const [text, setText] = useState('');
  const [open, setOpen] = useState<{ row?: PersonRow }>();
  const canWrite = mayWrite[tab === 'vehicles' ? 'customers' : tab];
  const commands = useMemo(
    (): AppCommand[] =>
      canWrite
        ? [{ id: 'new-person', key: 'Insert', text: 'people.new', bar: 'people.new', run: () => setOpen({}) }]
        : [],
    [canWrite],
  );
  useCommands('people', commands);
  const list: ListProps = { text, onOpen: canWrite ? (row) => setOpen({ row }) : undefined };
  return (
    <Page
      title={t('people.title')}
      actions={
        <>
          <Choices
            label={t('people.title')}
            options={tabs}
            value={tab}
            onChange={(value) => (setChosen(value), setText(''))}
          />
          <Push />
          {canWrite && <Button onClick={() => setOpen({})}>{t('people.new')}</Button>}
        </>
      }
    >
      <div style={{ maxWidth: 420 }}>
        <Field
          key={tab}
          label={tab === 'vehicles' ? t('people.filterVehicles') : t('people.filter')}
          autoFocus
          value={text}
          maxLength={80}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {tab === 'customers' && <Customers {...list} />}
      {tab === 'suppliers' && <Suppliers {...list} />}
      {tab === 'employees' && <Employees {...list} />}
      {tab === 'vehicles' && <Vehicles {...list} />}
      {open && <PersonDialog kind={tab} {...(open.row ? { row: open.row } : {})} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

const rutCell = ({ rut }: { rut: string | null }): string => (rut === null ? '' : formatRut(rut));

/** The table that the four kinds share. */
function People<R extends PersonRow>({
  label,
  rows,
  total,
  columns,
  onOpen,
}: {
  label: string;
  rows: readonly R[];
  total: number;
  columns: readonly Column<R>[];
  onOpen: ListProps['onOpen'];
}) {
  const t = useText();
  return (
    <>
      <DataTable
        label={label}
        rows={rows}
        rowKey={(row) => row.id}
        {...(onOpen ? { onOpen } : {})}
        empty={<Empty title={t('people.empty')} hint={t('people.emptyHint')} />}
        columns={columns}
      />
      <span className="rd-muted">
        {rows.length < total
          ? t('app.firstRows', { shown: rows.length, count: formatCount(total) })
          : t('app.rows', { count: formatCount(total) })}
      </span>
    </>
  );
}

function Customers({ text, onOpen }: ListProps) {
  const t = useText();
  const seesLimit = useMay('sales.account');
  const customers = useRead('customers.list', { text, limit: LIMIT }, { keepPrevious: true });
  return (
    <Loaded query={customers}>
      {({ rows, total }) => (
        <People
          label={t('people.customers')}
          rows={rows}
          total={total}
          onOpen={onOpen}
          columns={[
            { id: 'name', title: t('people.name'), cell: (row) => `${row.firstName} ${row.lastName}`.trim() },
            {
              id: 'kind',
              title: t('people.kind'),
              cell: (row) => (row.kind === 'COMPANY' ? t('people.company') : t('people.person')),
            },
            { id: 'rut', title: t('people.rut'), cell: rutCell },
            { id: 'phone', title: t('people.phone'), cell: (row) => row.phone },
            { id: 'email', title: t('people.email'), cell: (row) => row.email },
            { id: 'comuna', title: t('people.comuna'), cell: (row) => row.comuna },
            ...(seesLimit
              ? [
                  {
                    id: 'limit',
                    title: t('people.creditLimit'),
                    isNumber: true,
                    cell: (row: { accountLimitClp: number }) =>
                      row.accountLimitClp === 0 ? '' : formatClp(row.accountLimitClp),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Loaded>
  );
}

function Suppliers({ text, onOpen }: ListProps) {
  const t = useText();
  const suppliers = useRead('suppliers.list', { text, limit: LIMIT }, { keepPrevious: true });
  return (
    <Loaded query={suppliers}>
      {({ rows, total }) => (
        <People
          label={t('people.suppliers')}
          rows={rows}
          total={total}
          onOpen={onOpen}
          columns={[
            { id: 'name', title: t('people.companyName'), cell: (row) => row.name },
            { id: 'rut', title: t('people.rut'), cell: rutCell },
            { id: 'contact', title: t('people.contact'), cell: (row) => row.contactName },
            { id: 'phone', title: t('people.phone'), cell: (row) => row.phone },
            { id: 'email', title: t('people.email'), cell: (row) => row.email },
          ]}
        />
      )}
    </Loaded>
  );
}

function Employees({ text, onOpen }: ListProps) {
  const t = useText();
  const seesSalary = useMay('salaries.read');
  const employees = useRead('employees.list', { text, limit: LIMIT }, { keepPrevious: true });
  return (
    <Loaded query={employees}>
      {({ rows, total }) => (
        <People
          label={t('people.employees')}
          rows={rows}
          total={total}
          onOpen={onOpen}
          columns={[
            { id: 'code', title: t('people.code'), width: 110, cell: (row) => row.code },
            { id: 'name', title: t('people.name'), cell: (row) => `${row.firstName} ${row.lastName}` },
            { id: 'rut', title: t('people.rut'), cell: rutCell },
            { id: 'department', title: t('people.department'), cell: (row) => row.department },
            { id: 'hiredOn', title: t('people.hiredOn'), cell: (row) => row.hiredOn.split('-').reverse().join('-') },
            ...(seesSalary
              ? [
                  {
                    id: 'salary',
                    title: t('people.salary'),
                    isNumber: true,
                    cell: (row: { salaryClp: number | null }) =>
                      row.salaryClp === null ? '' : formatClp(row.salaryClp),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Loaded>
  );
}

function Vehicles({ text, onOpen }: ListProps) {
  const t = useText();
  const vehicles = useRead('vehicles.list', { text, limit: LIMIT }, { keepPrevious: true });
  return (
    <Loaded query={vehicles}>
      {({ rows, total }) => (
        <People
          label={t('people.vehicles')}
          rows={rows}
          total={total}
          onOpen={onOpen}
          columns={[
            { id: 'plate', title: t('people.plate'), width: 110, cell: (row) => <strong>{row.plate}</strong> },
            { id: 'car', title: t('people.model'), cell: (row) => `${row.make} ${row.model}`.trim() },
            { id: 'year', title: t('people.year'), isNumber: true, width: 80, cell: (row) => row.year ?? '' },
            { id: 'owner', title: t('people.owner'), cell: (row) => row.customerName ?? '' },
            {
              id: 'odometer',
              title: t('plate.odometer'),
              isNumber: true,
              cell: (row) => (row.lastOdometerKm === null ? '' : `${row.lastOdometerKm.toLocaleString('es-CL')} km`),
            },
            {
              id: 'visit',
              title: t('people.lastVisit'),
              cell: (row) => (row.lastVisitAtMs === null ? t('plate.never') : formatDay(row.lastVisitAtMs)),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
