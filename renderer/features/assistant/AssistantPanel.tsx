/** The assistant's side sheet: conversation, its answers with chips and table, what it may be asked, and the states of the local model. */
import { Button, Drawer, TextInput } from '@mantine/core';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { useHashLocation } from 'wouter/use-hash-location';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useLook } from '../../app/look.ts';
import { useText } from '../../text/useText.ts';
import { toastError } from '../../ui/toast.ts';
import { useAdminTab } from '../admin/tab.ts';
import { wantReport, type WantedReport } from '../reports/wanted.ts';
import { type Answer, AnswerCard } from './AnswerCard.tsx';
import { ModelState } from './ModelState.tsx';

type Choice = OutputOf<'assistant.suggestions'>[number];
type Intent = Choice['intent'];

export default function AssistantPanel({ onClose }: { onClose: () => void }) {
  const t = useText();
  const language = useLook((state) => state.language);
  const [, navigate] = useHashLocation();
  const [conversationId, setConversation] = useState<string>();
  const [question, setQuestion] = useState('');
  const [pending, setPending] = useState<string>();
  const [showHistory, setShowHistory] = useState(false);
  /** Deleting for good is pressed twice. */
  const [isSure, setSure] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  const suggestions = useRead('assistant.suggestions', { language });
  const turns = useRead(
    'assistant.turns',
    { conversationId: conversationId ?? '' },
    { enabled: conversationId !== undefined, keepPrevious: true },
  );
  const history = useRead('assistant.conversations', { limit: 30 });
  const shown = conversationId === undefined ? [] : (turns.data ?? []);
  // The first question's turn is seen before its answer tells the conversation.
  const newest = history.data?.rows[0];
  const waiting = useRead(
    'assistant.turns',
    { conversationId: newest?.id ?? '' },
    { enabled: pending !== undefined && newest !== undefined },
  );
  const running = waiting.data?.find((turn) => turn.state !== 'DONE') ?? shown.find((turn) => turn.state !== 'DONE');
  useEffect(() => {
    // Without an answer of its own: browsers give one, which is no clean-up.
    void end.current?.scrollIntoView({ block: 'end' });
  }, [shown.length, pending]);

  const ask = (text: string, intent: Intent = null): void => {
    if (pending !== undefined || (text.trim() === '' && intent === null)) return;
    setPending(text);
    setQuestion('');
    call('assistant.ask', {
      question: text,
      language,
      ...(conversationId === undefined ? {} : { conversationId }),
      ...(intent ? { intent } : {}),
    })
      .then((turn) => setConversation(turn.conversationId))
      .catch(toastError)
      .finally(() => setPending(undefined));
  };
  const cancel = (): void => void (running && call('assistant.cancel', { turnId: running.id }).catch(toastError));
  const clear = (): void =>
    void call('assistant.clear', conversationId === undefined ? {} : { conversationId })
      .then(() => (setConversation(undefined), setSure(false)))
      .catch(toastError);
  const openReport = (path: string, period: Answer['period']): void => {
    const [screen = '/', search = ''] = path.split('?');
    const report = new URLSearchParams(search).get('report');
    if (report !== null) wantReport({ report: report as WantedReport['report'], days: period ?? undefined });
    navigate(screen);
    onClose();
  };
  const configure = (): void => {
    useAdminTab.getState().open('assistant');
    navigate('/admin');
    onClose();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    ask(question);
  };
  const done = shown.filter((turn) => turn.answer !== null);

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={600}
      title={t('assistant.title')}
      transitionProps={{ duration: 0 }}
      styles={{ title: { fontSize: 20, fontWeight: 650 } }}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <div style={{ display: 'flex', flexDirection: 'column', gap: 12, minHeight: 'calc(100vh - 76px)' }}>
        <div style={{ display: 'flex', gap: 8 }}>
          <Button size="xs" variant="default" onClick={() => (setConversation(undefined), setShowHistory(false))}>
            {t('assistant.fresh')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setShowHistory(!showHistory)} aria-expanded={showHistory}>
            {t('assistant.history')}
          </Button>
          <span style={{ flex: 1 }} />
          <Button
            size="xs"
            variant="subtle"
            color="red"
            onClick={isSure ? clear : () => setSure(true)}
            onBlur={() => setSure(false)}
            disabled={(history.data?.total ?? 0) === 0}
          >
            {conversationId === undefined
              ? t(isSure ? 'assistant.clearAllSure' : 'assistant.clearAll')
              : t(isSure ? 'assistant.clearSure' : 'assistant.clear')}
          </Button>
        </div>
        {showHistory && (
          <div role="list" aria-label={t('assistant.history')}>
            {(history.data?.rows ?? []).map((row) => (
              <button
                key={row.id}
                type="button"
                className="rd-link"
                role="listitem"
                style={{ display: 'block', padding: '6px 0' }}
                onClick={() => (setConversation(row.id), setShowHistory(false))}
              >
                {row.title}
              </button>
            ))}
          </div>
        )}
        <div style={{ flex: 1, display: 'flex', flexDirection: 'column', gap: 16 }} aria-live="polite">
          {done.length === 0 && pending === undefined && (
            <>
              <p className="rd-muted" style={{ margin: 0 }}>
                {t('assistant.intro')}
              </p>
              <Choices choices={suggestions.data ?? []} onPick={ask} />
            </>
          )}
          {done.map((turn) => (
            <section key={turn.id} aria-label={turn.question}>
              <Asked text={turn.question} />
              {turn.answer && (
                <AnswerCard
                  turn={turn}
                  answer={turn.answer}
                  onIntent={(intent) => ask(turn.question, intent)}
                  onReport={openReport}
                />
              )}
              {turn.answer && (
                <ModelState
                  reason={turn.answer.reason}
                  onRetry={() => ask(turn.question)}
                  onConfigure={configure}
                  onQuick={() => setConversation(undefined)}
                />
              )}
              {turn.answer && <Choices choices={turn.answer.choices} onPick={ask} />}
            </section>
          ))}
          {pending !== undefined && (
            <section>
              <Asked text={pending} />
              <div className="rd-muted" role="status">
                {running?.state === 'LOADING'
                  ? t('assistant.loading')
                  : running?.state === 'SLOW'
                    ? t('assistant.slow')
                    : t('assistant.choosing')}{' '}
                {running && (
                  <button type="button" className="rd-link" onClick={cancel}>
                    {t('app.cancel')}
                  </button>
                )}
              </div>
              {running?.state === 'SLOW' && (
                <Choices choices={(suggestions.data ?? []).slice(0, 3)} onPick={() => cancel()} />
              )}
            </section>
          )}
          <div ref={end} />
        </div>
        <form
          onSubmit={submit}
          style={{
            position: 'sticky',
            bottom: 0,
            background: 'var(--rd-panel)',
            padding: '12px 0',
            display: 'flex',
            gap: 8,
          }}
        >
          <TextInput
            style={{ flex: 1 }}
            data-autofocus
            aria-label={t('assistant.placeholder')}
            placeholder={t('assistant.placeholder')}
            value={question}
            maxLength={500}
            onChange={(event) => setQuestion(event.currentTarget.value)}
          />
          <Button type="submit" disabled={pending !== undefined || question.trim() === ''}>
            {t('assistant.ask')}
          </Button>
        </form>
      </div>
    </Drawer>
  );
}

const Asked = ({ text }: { text: string }) => (
  <div
    style={{
      margin: '0 0 8px 48px',
      padding: '8px 12px',
      borderRadius: 8,
      background: 'var(--rd-soft)',
      justifySelf: 'end',
    }}
  >
    {text}
  </div>
);

function Choices({
  choices,
  onPick,
}: {
  choices: readonly Choice[];
  onPick: (question: string, intent: Intent) => void;
}) {
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 6, marginTop: 8 }}>
      {choices.map((choice) => (
        <Button
          key={choice.label}
          size="xs"
          variant="default"
          radius="xl"
          onClick={() => onPick(choice.question, choice.intent)}
        >
          {choice.label}
        </Button>
      ))}
    </div>
  );
}
