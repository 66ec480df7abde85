/** The devices module's tables; see migrations/sqlite/150_devices.sql. */
export interface DevicesTables {
  lanAccess: { singleton: 1; fingerprint: string; openedById: string; openedAtMs: number };
  pairedDevice: {
    id: string;
    name: string;
    kind: 'TILL' | 'SCREEN';
    terminalId: string | null;
    credentialHash: string;
    pairedById: string;
    pairedAtMs: number;
    lastSeenAtMs: number;
    revokedAtMs: number | null;
  };
  devicePairing: {
    singleton: 1;
    id: string;
    codeHash: string;
    name: string;
    kind: 'TILL' | 'SCREEN';
    terminalId: string | null;
    invitedById: string;
    expiresAtMs: number;
  };
}
