/** Toasts: above the F-bar, at the left, never over the total. Successes leave, failures stay. */
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { t } from '../text/index.ts';
import { errorText } from './errorText.ts';

const closeButtonProps = () => ({ 'aria-label': t('app.close') });

export const toastDone = (message: ReactNode): void =>
  void notifications.show({ message, color: 'petrol', autoClose: 5_000, closeButtonProps: closeButtonProps() });

/** A failure stays until it is closed. One with an `id` takes the place of the one before it. */
export function toastBad(title: string, message: ReactNode, id?: string): void {
  const toast = {
    ...(id === undefined ? {} : { id }),
    title,
    message,
    color: 'red',
    autoClose: false as const,
    closeButtonProps: closeButtonProps(),
  };
  // Each of the two does nothing in the other's case.
  if (id !== undefined) notifications.update({ ...toast, id });
  notifications.show(toast);
}

export const toastError = (error: unknown): void =>
  void notifications.show({
    message: errorText(error),
    color: 'red',
    autoClose: false,
    closeButtonProps: closeButtonProps(),
  });
