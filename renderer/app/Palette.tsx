/** Ctrl+K: every command of this moment, and whatever can be gone to. */
import { useState } from 'react';
import { fold } from '#core/shared/text.ts';
import { useText } from '../text/useText.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { activeCommands, type AppCommand, keyLabel, useRegistry } from './commands.ts';

export default function Palette({ onClose }: { onClose: () => void }) {
  const t = useText();
  // The commands of the screen below: the palette's own dialog is the top layer.
  const [commands] = useState(() => activeCommands(useRegistry.getState().layers.filter((layer) => !layer.isModal)));
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = commands.filter((command) => fold(t(command.text)).includes(fold(text)));
  const run = (command: AppCommand | undefined): void => {
    if (!command) return;
    onClose();
    setTimeout(command.run);
  };
  const move = (event: React.KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t('app.palette')} size={600} onClose={onClose}>
      <div className="rd-stack">
        <div className="rd-field large">
          <input
            data-autofocus
            aria-label={t('app.palettePlaceholder')}
            placeholder={t('app.palettePlaceholder')}
            value={text}
            onChange={(event) => (setText(event.target.value), setAt(0))}
            onKeyDown={move}
            role="combobox"
            aria-expanded
            aria-controls="palette-list"
            aria-activedescendant={found[at] ? `palette-${found[at].id}` : undefined}
          />
        </div>
        <div
          id="palette-list"
          role="listbox"
          aria-label={t('app.palette')}
          style={{ maxHeight: 360, overflow: 'auto' }}
        >
          {found.length === 0 && <div className="rd-muted">{t('app.nothingFound')}</div>}
          {found.map((command, index) => (
            <div
              key={command.id}
              id={`palette-${command.id}`}
              role="option"
              aria-selected={index === at}
              className="rd-between"
              style={{
                padding: '10px 12px',
                borderRadius: 4,
                cursor: 'pointer',
                background: index === at ? 'var(--rd-soft)' : undefined,
              }}
              onClick={() => run(command)}
            >
              <span>{t(command.text)}</span>
              {command.key !== undefined && <span className="rd-kbd">{keyLabel(command.key)}</span>}
            </div>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
