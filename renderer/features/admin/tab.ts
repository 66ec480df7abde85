/** Which tab of Gestión is open, so that other screens can lead to one. */
import { create } from 'zustand';

export type AdminTab =
  'account' | 'users' | 'roles' | 'audit' | 'settings' | 'printers' | 'devices' | 'assistant' | 'health';

export const useAdminTab = create<{ tab: AdminTab; open: (tab: AdminTab) => void }>((set) => ({
  tab: 'account',
  open: (tab) => set({ tab }),
}));
