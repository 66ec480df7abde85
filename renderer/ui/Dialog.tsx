/** A dialog: focus inside, Escape one level back, its own keys while it is open. */
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { type AppCommand, useCommands } from '../app/commands.ts';
import { useText } from '../text/useText.ts';
import { useReturnFocus } from './useReturnFocus.ts';

/** One array for all: a new one at every drawing would change the registry at every drawing. */
const NO_COMMANDS: readonly AppCommand[] = [];

interface Props {
  title: string;
  size?: number;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, size = 520, onClose, children }: Props) {
  const t = useText();
  useReturnFocus();
  useCommands(`dialog:${title}`, NO_COMMANDS, true);
  return (
    <Modal.Root opened onClose={onClose} size={size} centered transitionProps={{ duration: 0 }} returnFocus={false}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={title} radius={8} data-dialog>
        <div className="rd-between" style={{ padding: '16px 20px 0', alignItems: 'center' }}>
          <h2 style={{ fontSize: 20, fontWeight: 650, margin: 0 }}>{title}</h2>
          <Modal.CloseButton aria-label={t('app.close')} />
        </div>
        <div style={{ padding: '12px 20px 20px' }}>{children}</div>
      </Modal.Content>
    </Modal.Root>
  );
}
