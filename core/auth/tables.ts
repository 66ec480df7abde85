/** The auth module's tables; see migrations/sqlite/020_auth.sql. */
export interface AuthTables {
  user: UserRow;
  role: { id: string; name: string; origin: 'BUILT_IN' | 'CUSTOM'; permissions: string; archivedAtMs: number | null };
  userRole: { userId: string; roleId: string };
  credential: { userId: string; passwordHash: string; pinHash: string | null; changedAtMs: number };
  recovery: { singleton: 1; keyHash: string; createdAtMs: number };
  throttle: {
    account: string;
    place: 'LOCAL' | 'LAN';
    failures: number;
    blockedUntilMs: number;
    lastFailureAtMs: number;
  };
  overrideGrant: {
    id: string;
    permission: string;
    entity: string;
    amountClp: number;
    requesterId: string;
    approverId: string;
    createdAtMs: number;
    expiresAtMs: number;
    usedAtMs: number | null;
  };
}

export interface UserRow {
  id: string;
  email: string;
  emailFolded: string;
  firstName: string;
  lastName: string;
  phone: string;
  state: 'ACTIVE' | 'DISABLED';
  isStaff: 'YES' | 'NO';
  createdAtMs: number;
}
