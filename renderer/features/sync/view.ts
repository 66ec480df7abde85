/** Which part of Sucursales is shown: the pill in the header opens the queue. */
import { create } from 'zustand';

export type BranchesTab = 'overview' | 'sync' | 'transfers';

export const useBranchesView = create<{ tab: BranchesTab | undefined }>(() => ({ tab: undefined }));
