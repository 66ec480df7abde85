/** What may be asked of users, roles, sessions, settings and the audit. */
import { z } from 'zod';
import { PERMISSIONS } from '#core/shared/permissions.ts';
import { command, query, task } from '#core/shared/procedure.ts';
import { clpAmount, email, id, instant, localDate, name, page, rut, text } from '#core/shared/schemas.ts';

const password = z.string().min(1).max(256);
const pin = z.string().regex(/^\d{4,12}$/);
const permission = z.enum(PERMISSIONS);
const code = z
  .string()
  .trim()
  .regex(/^[A-Z0-9]{1,4}$/);

/** A signed-in user, as pages know him. Never holds a hash. */
export const sessionUser = z.strictObject({
  id: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  phone: z.string(),
  roleNames: z.array(z.string()),
  permissions: z.array(permission),
  /** What the roles allow but a PIN does not prove enough for: `auth.elevate` asks for the password. */
  withheld: z.array(permission),
  proof: z.enum(['PASSWORD', 'PIN']),
  hasPin: z.enum(['YES', 'NO']),
  terminalId: z.string(),
  terminalName: z.string(),
});
export type SessionUser = z.infer<typeof sessionUser>;

/** Shown and printed once: `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`. */
const recoveryKey = z.string();
const opened = z.strictObject({ token: z.string(), expiresAtMs: z.int(), user: sessionUser });

export const userRow = z.strictObject({
  id: z.string(),
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  phone: z.string(),
  state: z.enum(['ACTIVE', 'DISABLED']),
  isStaff: z.enum(['YES', 'NO']),
  roleIds: z.array(z.string()),
  roleNames: z.array(z.string()),
  hasPin: z.enum(['YES', 'NO']),
  locked: z.enum(['YES', 'NO']),
  createdAtMs: z.int(),
});

export const roleRow = z.strictObject({
  id: z.string(),
  name: z.string(),
  origin: z.enum(['BUILT_IN', 'CUSTOM']),
  permissions: z.array(permission),
  userCount: z.int(),
});

const done = z.strictObject({ id: z.string() });
const nothing = z.null();

export const settingValues = {
  blindClose: z.enum(['YES', 'NO']),
  differenceToleranceClp: clpAmount,
  reservationTtlMinutes: z.int().min(1).max(10_080),
  idleLockMinutes: z.int().min(1).max(60),
  discountLimitBasisPoints: z.int().min(0).max(10_000),
  receiptHeader: z.array(text(48)).max(6),
  receiptFooter: z.array(text(48)).max(6),
  language: z.enum(['es', 'en']),
  pinDigits: z.int().min(4).max(8),
  /** Characters to a line: 48 and 42 on 80 mm paper, 32 on 58 mm. */
  paperColumns: z.union([z.literal(32), z.literal(42), z.literal(48)]),
  /** Notes and coins that a drawer is counted in. */
  denominations: z.array(z.int().min(1).max(100_000)).min(1).max(20),
} as const;
const settings = z.strictObject(settingValues);
export type Settings = z.infer<typeof settings>;
export const settingsPatch = settings.partial();

const terminalRow = z.strictObject({ id: z.string(), code: z.string(), name: z.string() });

export const authContract = {
  system: {
    status: query({
      summary: 'Whether the shop is set up, and what the sign-in page shows',
      access: 'public',
      input: {},
      topics: ['installation', 'organisation', 'branch', 'terminal', 'setting'],
      output: z.strictObject({
        state: z.enum(['NEW', 'READY']),
        shopName: z.string(),
        branchName: z.string(),
        terminalName: z.string(),
        /** The branch's: times are shown as its clock shows them, whatever the machine's says. */
        timeZone: z.string(),
        /** What the caller is, where it reaches the shop over the LAN; null on the machine itself. */
        deviceKind: z.enum(['TILL', 'SCREEN']).nullable(),
        isDemo: z.enum(['YES', 'NO']),
        language: settingValues.language,
        pinDigits: settingValues.pinDigits,
        demoUsers: z.array(
          z.strictObject({
            role: z.string(),
            name: z.string(),
            email: z.string(),
            password: z.string(),
            pin: z.string(),
          }),
        ),
        version: z.string(),
      }),
    }),
  },
  auth: {
    firstRun: task({
      summary: 'Creates the shop and its first user, who becomes admin; refused once a user exists',
      access: 'public',
      input: {
        organisation: z.strictObject({ name: name(), rut, giro: text(120) }),
        branch: z.strictObject({ name: name(60), code, address: text(), comuna: text(60) }),
        terminalName: name(40),
        admin: z.strictObject({ email, firstName: name(60), lastName: name(60), password }),
      },
      output: opened.extend({ recoveryKey }),
    }),
    loginOptions: query({
      summary: 'The people who can sign in by PIN on this machine',
      access: 'public',
      input: {},
      output: z.array(z.strictObject({ userId: z.string(), name: z.string() })),
      topics: ['user', 'credential'],
    }),
    login: task({
      summary: 'Opens a session by e-mail and password',
      access: 'public',
      input: { email: z.string().trim().min(1).max(254), password, terminalId: id.optional() },
      output: opened,
    }),
    pinLogin: task({
      summary: 'Opens a session by PIN; what only an administrator may do stays withheld until the password is given',
      access: 'public',
      input: { userId: id, pin, terminalId: id.optional() },
      output: opened,
    }),
    elevate: task({
      summary: 'Exchanges a session opened by PIN for one with all permissions, by the password',
      access: 'session',
      input: { password },
      output: opened,
    }),
    recover: task({
      summary:
        'Sets a user’s password by the printed recovery key, lifts his lock and prints the next key; never over the network',
      access: 'public',
      input: { email: z.string().trim().min(1).max(254), recoveryKey: z.string().trim().min(1).max(64), password },
      output: opened.extend({ recoveryKey }),
    }),
    newRecoveryKey: task({
      summary: 'Makes a new recovery key; the old one is worth nothing from then on',
      access: 'settings.manage',
      input: { password },
      output: z.strictObject({ recoveryKey }),
    }),
    logout: task({ summary: 'Ends the session', access: 'session', input: {}, output: nothing }),
    refresh: task({
      summary: 'Exchanges the token for a new one within the same absolute life',
      access: 'session',
      input: {},
      output: opened,
    }),
    me: query({
      summary: 'The signed-in user',
      access: 'session',
      input: {},
      output: sessionUser,
      topics: ['user', 'userRole', 'role', 'credential'],
    }),
    updateProfile: command({
      summary: 'Changes one’s own names and phone',
      access: 'session',
      input: { firstName: name(60), lastName: name(60), phone: text(30) },
      output: done,
    }),
    changePassword: task({
      summary: 'Changes one’s own password; ends the other sessions',
      access: 'session',
      input: { currentPassword: password, newPassword: password },
      output: opened,
    }),
    setPin: task({
      summary: 'Sets one’s own PIN on this machine',
      access: 'session',
      input: { password, pin },
      output: nothing,
    }),
    override: task({
      summary: 'A manager grants one action on one thing, once, for 60 seconds',
      access: 'session',
      input: {
        approverId: id,
        pin,
        permission,
        entity: text(64),
        amountClp: clpAmount,
      },
      output: z.strictObject({ overrideId: z.string(), approverName: z.string(), expiresAtMs: z.int() }),
    }),
    approvers: query({
      summary: 'The people whose PIN may grant a permission here',
      access: 'session',
      input: { permission },
      output: z.array(z.strictObject({ userId: z.string(), name: z.string() })),
      topics: ['user', 'credential', 'role', 'userRole'],
    }),
  },
  users: {
    list: query({
      summary: 'Users with their roles',
      access: 'users.manage',
      input: { text: text(80).default(''), ...page },
      output: z.strictObject({ rows: z.array(userRow), total: z.int() }),
      topics: ['user', 'userRole', 'role', 'credential', 'throttle'],
    }),
    get: query({
      summary: 'One user',
      access: 'users.manage',
      input: { id },
      output: userRow,
      topics: ['user', 'userRole', 'role', 'credential', 'throttle'],
    }),
    register: task({
      summary: 'Creates a user',
      access: 'users.manage',
      input: {
        commandId: z.uuid(),
        email,
        firstName: name(60),
        lastName: name(60),
        phone: text(30),
        isStaff: z.enum(['YES', 'NO']).default('YES'),
        roleIds: z.array(id).min(1).max(10),
        password,
      },
      output: done,
    }),
    update: command({
      summary: 'Changes a user’s data, roles and state; disabling ends his sessions at once',
      access: 'users.manage',
      input: {
        id,
        email: email.optional(),
        firstName: name(60).optional(),
        lastName: name(60).optional(),
        phone: text(30).optional(),
        isStaff: z.enum(['YES', 'NO']).optional(),
        roleIds: z.array(id).min(1).max(10).optional(),
        state: z.enum(['ACTIVE', 'DISABLED']).optional(),
      },
      output: done,
    }),
    resetPassword: task({
      summary: 'Sets another user’s password and ends his sessions',
      access: 'users.manage',
      input: { id, password },
      output: nothing,
    }),
    resetPin: task({
      summary: 'Sets another user’s PIN on this machine',
      access: 'users.manage',
      input: { id, pin },
      output: nothing,
    }),
    locked: query({
      summary: 'Who is locked out of this machine after too many failures',
      access: 'users.unlock',
      input: {},
      output: z.array(z.strictObject({ userId: z.string(), name: z.string() })),
      topics: ['user', 'throttle'],
    }),
    unlock: task({
      summary: 'Lifts the lock after too many failures, of a user who may do no more than oneself',
      access: 'users.unlock',
      input: { id },
      output: nothing,
    }),
  },
  roles: {
    list: query({
      summary: 'Roles as bundles of permissions',
      access: 'users.manage',
      input: {},
      output: z.array(roleRow),
      topics: ['role', 'userRole'],
    }),
    save: command({
      summary: 'Creates or changes a role of the shop’s own; the built-in ones stay as they are',
      access: 'roles.manage',
      input: { id: id.optional(), name: name(60), permissions: z.array(permission).max(PERMISSIONS.length) },
      output: done,
    }),
    archive: command({
      summary: 'Retires a role that nobody has',
      access: 'roles.manage',
      input: { id },
      output: done,
    }),
  },
  audit: {
    list: query({
      summary: 'What was done, by whom, with whose approval',
      access: 'audit.read',
      input: {
        actorId: z.string().max(64).optional(),
        kind: text(60).optional(),
        subjectId: z.string().max(64).optional(),
        from: localDate.optional(),
        to: localDate.optional(),
        stream: z.enum(['EVENTS', 'LOCAL']).default('EVENTS'),
        ...page,
      },
      output: z.strictObject({
        rows: z.array(
          z.strictObject({
            sequence: z.int(),
            kind: z.string(),
            subjectId: z.string(),
            actorId: z.string(),
            actorName: z.string(),
            approverName: z.string().nullable(),
            occurredAtMs: instant,
            hash: z.string(),
          }),
        ),
        total: z.int(),
      }),
      topics: ['event', 'localEvent'],
    }),
    verify: task({
      summary: 'Walks the chain of hashes and names every broken link',
      access: 'audit.read',
      input: {},
      output: z.strictObject({
        checked: z.int(),
        broken: z.array(
          z.strictObject({
            stream: z.enum(['event', 'localEvent']),
            sequence: z.int(),
            reason: z.enum(['MISSING', 'ALTERED', 'UNCHAINED']),
          }),
        ),
      }),
    }),
  },
  settings: {
    get: query({
      summary: 'The shop’s settings',
      access: 'session',
      input: {},
      output: settings,
      topics: ['setting'],
    }),
    update: command({
      summary: 'Changes settings',
      access: 'settings.manage',
      input: { patch: settingsPatch },
      output: nothing,
    }),
  },
  branch: {
    get: query({
      summary: 'Organisation and branch of this machine',
      access: 'session',
      input: {},
      output: z.strictObject({
        organisationName: z.string(),
        rut: z.string(),
        giro: z.string(),
        name: z.string(),
        code: z.string(),
        address: z.string(),
        comuna: z.string(),
        timeZone: z.string(),
        terminals: z.array(terminalRow),
      }),
      topics: ['organisation', 'branch', 'terminal'],
    }),
    update: command({
      summary: 'Changes the shop’s name, RUT, giro and address',
      access: 'settings.manage',
      input: { organisationName: name(), rut, giro: text(120), name: name(60), address: text(), comuna: text(60) },
      output: nothing,
    }),
    addTerminal: command({
      summary: 'Adds a till to this branch',
      access: 'settings.manage',
      input: { code, name: name(40) },
      output: done,
    }),
  },
};
