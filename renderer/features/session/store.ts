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
  setConnected: (isConnected: boolean) => void;
}

export const useSession = create<SessionState>((set) => ({
  user: undefined,
  isConnected: true,
  isLocked: false,
  open: ({ token, user }) => {
    setToken(token);
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
  setConnected: (isConnected) => set({ isConnected }),
}));

whenSignedOut(() => {
  setToken(undefined);
  useSession.setState({ isLocked: true });
});

/** Whether the signed-in user holds a permission: screens hide what he may not use. */
export const useMay = (permission: SessionUser['permissions'][number]): boolean =>
  useSession((state) => state.user?.permissions.includes(permission) ?? false);
