/** The days on which the shop sells otherwise: Chile's holidays, and the elections and closures that the shop enters. */
import { Button } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import type { OutputOf } from '../../api/client.ts';
import { command, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { errorText } from '../../ui/errorText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatDate, localDay } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { Loaded } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';

type Day = OutputOf<'calendar.list'>[number];

export default function CalendarPanel() {
  const t = useText();
  const [year, setYear] = useState(Number(localDay(Date.now()).slice(0, 4)));
  const days = useRead('calendar.list', { year }, { keepPrevious: true });
  const mayEdit = useMay('settings.manage');
  const [error, setError] = useState<string>();
  const remove = (day: Day): void => {
    setError(undefined);
    command('calendar.remove', { date: day.date }).catch((failure: unknown) => setError(errorText(failure)));
  };
  return (
    <div className="rd-split">
      <div className="rd-stack" style={{ minHeight: 0 }}>
        <div className="rd-row">
          <Button variant="default" aria-label={String(year - 1)} onClick={() => setYear(year - 1)}>
            ←
          </Button>
          <strong>{year}</strong>
          <Button variant="default" aria-label={String(year + 1)} onClick={() => setYear(year + 1)}>
            →
          </Button>
        </div>
        <Loaded query={days}>
          {(rows) => (
            <DataTable
              label={t('forecast.CALENDAR')}
              rows={rows}
              rowKey={(row) => row.date}
              empty={null}
              columns={[
                { id: 'date', title: t('forecast.day'), width: 120, cell: (row) => formatDate(row.date) },
                { id: 'name', title: t('forecast.dayName'), cell: (row) => row.name },
                {
                  id: 'closed',
                  title: t('forecast.opening'),
                  width: 90,
                  cell: (row) => t(row.isClosed ? 'forecast.closed' : 'forecast.open'),
                },
                {
                  id: 'own',
                  title: '',
                  cell: (row) =>
                    row.origin === 'OWN' &&
                    mayEdit && (
                      <Button variant="subtle" size="compact-sm" onClick={() => remove(row)}>
                        {t('forecast.removeDay')}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Loaded>
        <Problem>{error}</Problem>
      </div>
      {mayEdit && <DayForm />}
    </div>
  );
}

function DayForm() {
  const t = useText();
  const [form, setForm] = useState({ date: '', name: '', closed: 'YES' as 'YES' | 'NO' });
  const [error, setError] = useState<string>();
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setError(undefined);
    try {
      await command('calendar.set', form);
      // Unless the next day is already being written.
      setForm((now) => (now === form ? { date: '', name: '', closed: 'YES' } : now));
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <form className="rd-panel pad rd-stack" style={{ alignSelf: 'start' }} onSubmit={(event) => void save(event)}>
      <strong>{t('forecast.addDay')}</strong>
      <span className="rd-muted">{t('forecast.addDayHint')}</span>
      <Field
        label={t('forecast.day')}
        type="date"
        required
        value={form.date}
        onChange={(event) => setForm({ ...form, date: event.target.value })}
      />
      <Field
        label={t('forecast.dayName')}
        required
        maxLength={60}
        value={form.name}
        onChange={(event) => setForm({ ...form, name: event.target.value })}
      />
      <SelectField
        label={t('forecast.opening')}
        value={form.closed}
        onChange={(event) => setForm({ ...form, closed: event.target.value === 'YES' ? 'YES' : 'NO' })}
        options={[
          { value: 'YES', label: t('forecast.closed') },
          { value: 'NO', label: t('forecast.open') },
        ]}
      />
      <Problem>{error}</Problem>
      <Button type="submit">{t('app.save')}</Button>
    </form>
  );
}
