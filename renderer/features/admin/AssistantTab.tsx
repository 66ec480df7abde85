/** How the assistant is set up on this machine, its models, and how it is used. */
import { Button, Progress } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useAnswer, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { Field, SelectField } from '../../ui/Field.tsx';
import { formatDate, formatDecimal } from '../../ui/format.ts';
import { Figure } from '../../ui/Page.tsx';
import { Loaded } from '../../ui/States.tsx';
import { Table } from '../../ui/Table.tsx';
import { toastDone, toastError } from '../../ui/toast.ts';
import { useMay } from '../session/store.ts';

const gigabytes = (bytes: number): string => `${formatDecimal(bytes / 1e9)} GB`;

export default function AssistantTab() {
  const maySet = useMay('settings.manage');
  return (
    <div className="rd-two" style={{ alignItems: 'start' }}>
      <div className="rd-stack">
        <Models />
        {maySet && <Setup />}
      </div>
      {maySet && <Usage />}
    </div>
  );
}

/** What the local model is at, and the models that this machine could run. */
function Models() {
  const t = useText();
  const progress = useRead('assistant.downloadProgress', {});
  const running = progress.data?.state === 'RUNNING';
  const status = useAnswer(['assistant.status', progress.data?.state], () => call('assistant.status', {}));
  const models = useAnswer(['assistant.models', progress.data?.state], () => call('assistant.models', {}));
  const attempt = (work: Promise<unknown>): void =>
    void work.then(() => Promise.all([progress.refetch(), status.refetch()])).catch(toastError);
  const state = status.data?.state;
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('assistant.model')}>
      <strong>{t('assistant.model')}</strong>
      {state && (
        <div className="rd-between" style={{ alignItems: 'center' }}>
          <span className={state === 'READY' ? 'rd-ok' : state === 'OFF' ? 'rd-muted' : 'rd-warn'} role="status">
            {state === 'READY' || state === 'OFF' || state === 'DOWNLOADING'
              ? t(`assistant.state_${state}`)
              : t(`assistant.${state}`)}
          </span>
          <Button size="xs" variant="default" onClick={() => attempt(models.refetch())}>
            {t('assistant.check')}
          </Button>
        </div>
      )}
      {state === 'NOT_INSTALLED' && <p className="rd-meta">{t('assistant.howToInstall')}</p>}
      {progress.data && progress.data.state !== 'DONE' && (
        <Download row={progress.data} onCancel={() => attempt(call('assistant.cancelDownload', {}))} />
      )}
      <Loaded query={models}>
        {(rows) => (
          <>
            {rows.map((model) => (
              <div key={model.name} className="rd-between" style={{ alignItems: 'center', gap: 12 }}>
                <span>
                  {model.name}
                  {model.isDefault && (
                    <span className="rd-pill" style={{ marginLeft: 8 }}>
                      {t('assistant.suggested')}
                    </span>
                  )}
                  <div className={model.fits === 'YES' ? 'rd-meta' : 'rd-warn'}>
                    {t(`assistant.fits_${model.fits}`, {
                      disk: gigabytes(model.sizeBytes),
                      memory: gigabytes(model.memoryBytes),
                    })}
                  </div>
                </span>
                {model.isInstalled ? (
                  <span className="rd-ok">{t('assistant.installed')}</span>
                ) : (
                  <Button
                    size="xs"
                    variant={model.isDefault ? 'filled' : 'default'}
                    disabled={running || model.fits !== 'YES'}
                    onClick={() => attempt(call('assistant.download', { model: model.name }))}
                  >
                    {progress.data?.model === model.name && progress.data.state !== 'DONE'
                      ? t('assistant.resume')
                      : t('assistant.download')}
                  </Button>
                )}
              </div>
            ))}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Download({
  row,
  onCancel,
}: {
  row: NonNullable<OutputOf<'assistant.downloadProgress'>>;
  onCancel: () => void;
}) {
  const t = useText();
  const share = row.totalBytes === 0 ? 0 : Math.round((row.completedBytes / row.totalBytes) * 100);
  return (
    <div>
      <div className="rd-between" style={{ alignItems: 'center' }}>
        <span role="status">
          {row.state === 'RUNNING'
            ? t('assistant.downloading', { share, size: formatDecimal(row.totalBytes / 1e9) })
            : t(`assistant.problem_${row.problem ?? 'CANCELLED'}`, { share })}
        </span>
        {row.state === 'RUNNING' && (
          <Button size="xs" variant="default" onClick={onCancel}>
            {t('app.cancel')}
          </Button>
        )}
      </div>
      <Progress value={share} size="sm" mt={6} aria-label={t('assistant.downloading', { share, size: '' })} />
    </div>
  );
}

function Setup() {
  const setup = useRead('assistant.setup', {});
  return <Loaded query={setup}>{(data) => <SetupForm data={data} />}</Loaded>;
}

function SetupForm({ data }: { data: OutputOf<'assistant.setup'> }) {
  const t = useText();
  const [form, setForm] = useState({ ...data, days: String(data.retentionDays) });
  const days = Number(form.days);
  const isDays = /^\d{1,4}$/.test(form.days) && days >= 1 && days <= 3_650;
  const yesNo = [
    { value: 'YES', label: t('app.yes') },
    { value: 'NO', label: t('app.no') },
  ];
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isDays) return;
    const { days: _, ...rest } = form;
    call('assistant.setSetup', { ...rest, retentionDays: days })
      .then(() => toastDone(t('admin.saved')))
      .catch(toastError);
  };
  const choice = (key: 'enabled' | 'comment' | 'allowRemote', label: string) => (
    <SelectField
      label={label}
      value={form[key]}
      options={yesNo}
      onChange={(event) => setForm({ ...form, [key]: event.target.value === 'YES' ? 'YES' : 'NO' })}
    />
  );
  return (
    <form className="rd-panel pad rd-stack" aria-label={t('assistant.setup')} onSubmit={save}>
      <strong>{t('assistant.setup')}</strong>
      {choice('enabled', t('assistant.enabled'))}
      {choice('comment', t('assistant.commentOn'))}
      <p className="rd-meta" style={{ margin: 0 }}>
        {t('assistant.commentHelp')}
      </p>
      <Field
        label={t('assistant.modelName')}
        value={form.model}
        placeholder={t('assistant.suggestedModel')}
        onChange={(event) => setForm({ ...form, model: event.target.value })}
      />
      <Field
        label={t('assistant.host')}
        value={form.host}
        placeholder="127.0.0.1:11434"
        onChange={(event) => setForm({ ...form, host: event.target.value })}
      />
      {choice('allowRemote', t('assistant.allowRemote'))}
      <Field
        label={t('assistant.retention')}
        value={form.days}
        inputMode="numeric"
        error={isDays ? undefined : t('admin.badNumber')}
        onChange={(event) => setForm({ ...form, days: event.target.value })}
      />
      <Button type="submit">{t('app.save')}</Button>
    </form>
  );
}

/** Questions of the last thirty days: how many were answered, by which tool, and whether it helped. No words of anybody. */
function Usage() {
  const t = useText();
  const usage = useRead('assistant.usage', { days: 30 });
  return (
    <section className="rd-panel pad rd-stack" aria-label={t('assistant.usage')}>
      <strong>{t('assistant.usage')}</strong>
      <Loaded query={usage}>
        {(data) =>
          data.questions === 0 ? (
            <span className="rd-muted">{t('assistant.noUsage')}</span>
          ) : (
            <>
              <Figure label={t('assistant.questions')}>{data.questions}</Figure>
              <Figure label={t('assistant.answered')}>{formatDecimal((data.answered / data.questions) * 100)} %</Figure>
              <Figure label={t('assistant.abstained')}>{data.abstained}</Figure>
              <Figure label={t('assistant.failed')}>{data.failed}</Figure>
              <Figure label={t('assistant.p95')}>{data.p95Ms === null ? '—' : `${String(data.p95Ms)} ms`}</Figure>
              <Figure label={`${t('assistant.GOOD')} / ${t('assistant.BAD')}`}>
                {data.good} / {data.bad}
              </Figure>
              <UsageTable
                caption={t('assistant.byDay')}
                head={[t('assistant.day'), t('assistant.questions'), t('assistant.answered')]}
                rows={[...data.days].reverse().map((day) => [formatDate(day.date), day.questions, day.answered])}
              />
              <UsageTable
                caption={t('assistant.byTool')}
                head={[t('assistant.tool'), t('assistant.questions')]}
                rows={byTool(data.rows).map(([tool, count]) => [
                  tool === null ? t('assistant.noTool') : t(`assistant.tool_${tool}`),
                  count,
                ])}
              />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

type UsageRow = OutputOf<'assistant.usage'>['rows'][number];
function byTool(rows: readonly UsageRow[]): [UsageRow['tool'], number][] {
  const sums = new Map<UsageRow['tool'], number>();
  for (const { tool, count } of rows) sums.set(tool, (sums.get(tool) ?? 0) + count);
  return [...sums].sort((a, b) => b[1] - a[1]);
}

function UsageTable({ caption, head, rows }: { caption: string; head: string[]; rows: (string | number)[][] }) {
  return (
    <Table
      label={caption}
      maxHeight={240}
      rows={rows}
      rowKey={(cells) => String(cells[0])}
      columns={head.map((title, index) => ({
        id: title,
        title,
        isNumber: index > 0,
        cell: (cells: (string | number)[]) => cells[index],
      }))}
    />
  );
}
