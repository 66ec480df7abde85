/** Who is signed in, and whether the core answers. */
import { create } from 'zustand';
import { call, setToken, whenSignedOut } from '../../api/client.ts';
import type { OutputOf } from '../../api/client.ts';

type Opened = OutputOf<'auth.pinLogin'>;
export type SessionUser = Opened['user'];

interface SessionState {
  user: SessionUser | undefined;
  isConnected: boolean;
  /** The till is locked: the cart stays, the PIN is asked. */
  isLocked: boolean;
  open: (opened: Opened) => void;
  close: () => void;
  lock: () => void;
  /** The device was shut out: nobody is signed in here any more. */
  forget: () => void;
  setConnected: (isConnected: boolean) => void;
}

export const useSession = create<SessionState>((set, get) => ({
  user: undefined,
  isConnected: true,
  isLocked: false,
  open: ({ token, user }) => {
    setToken(token);
    if (get().user?.id !== user.id) onOtherUser();
    set({ user, isLocked: false });
  },
  close: () => {
    void call('auth.logout', {}).catch(() => undefined);
    setToken(undefined);
    set({ user: undefined, isLocked: false });
  },
  lock: () => {
    void call('auth.logout', {}).catch(() => undefined);
    setToken(undefined);
    set({ isLocked: true });
  },
  forget: () => {
    setToken(undefined);
    set({ user: undefined, isLocked: false });
  },
  setConnected: (isConnected) => set({ isConnected }),
}));

let onOtherUser: () => void = () => {};
/** Told when somebody else takes over: what the one before could see is not his. */
export const whenOtherUser = (listener: () => void): void => void (onOtherUser = listener);

whenSignedOut(() => {
  setToken(undefined);
  useSession.setState({ isLocked: true });
});

/** The same, outside a component. */
export const may = (permission: SessionUser['permissions'][number]): boolean =>
  useSession.getState().user?.permissions.includes(permission) ?? false;

/** Whether the signed-in user holds a permission: screens hide what he may not use. */
export const useMay = (permission: SessionUser['permissions'][number]): boolean =>
  useSession((state) => state.user?.permissions.includes(permission) ?? false);
