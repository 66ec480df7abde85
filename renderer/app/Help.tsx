/** F1: the keys of this screen, from the registry that runs them. */
import { useState } from 'react';
import { useText } from '../text/useText.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { activeCommands, keyLabel, useRegistry } from './commands.ts';

export default function Help({ onClose }: { onClose: () => void }) {
  const t = useText();
  const [commands] = useState(() => activeCommands(useRegistry.getState().layers.filter((layer) => !layer.isModal)));
  return (
    <Dialog title={t('app.keysOfScreen')} size={640} onClose={onClose}>
      <dl style={{ display: 'grid', gridTemplateColumns: '110px 1fr 110px 1fr', gap: '10px 12px', margin: 0 }}>
        {commands
          .filter((command) => command.key !== undefined)
          .map((command) => (
            <div key={command.id} style={{ display: 'contents' }}>
              <dt>
                <span className="rd-kbd">{keyLabel(command.key ?? '')}</span>
              </dt>
              <dd style={{ margin: 0 }}>{t(command.text)}</dd>
            </div>
          ))}
      </dl>
    </Dialog>
  );
}
