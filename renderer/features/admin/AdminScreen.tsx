/** Gestión: one's own account, and what an administrator looks after, tab by tab as the role allows. */
import { useText } from '../../text/useText.ts';
import { Choices, Page } from '../../ui/Page.tsx';
import DevicesTab from '../devices/DevicesTab.tsx';
import { useMay, useSession } from '../session/store.ts';
import { AccountTab } from './AccountTab.tsx';
import AssistantTab from './AssistantTab.tsx';
import AuditTab from './AuditTab.tsx';
import { ElevateForm } from './ElevateForm.tsx';
import HealthTab from './HealthTab.tsx';
import { LockedPanel } from './LockedPanel.tsx';
import PrintersTab from './PrintersTab.tsx';
import RolesTab from './RolesTab.tsx';
import SettingsTab from './SettingsTab.tsx';
import { type AdminTab, useAdminTab } from './tab.ts';
import UsersTab from './UsersTab.tsx';

const BODIES = {
  account: AccountTab,
  users: UsersTab,
  roles: RolesTab,
  audit: AuditTab,
  settings: SettingsTab,
  devices: DevicesTab,
  printers: PrintersTab,
  assistant: AssistantTab,
  health: HealthTab,
} as const satisfies Record<AdminTab, () => React.ReactNode>;

export default function AdminScreen() {
  const t = useText();
  const isWithheld = useSession((state) => (state.user?.withheld.length ?? 0) > 0);
  const mayUnlock = useMay('users.unlock');
  const tabs: { value: AdminTab; label: string; may: boolean }[] = [
    { value: 'account', label: t('admin.profile'), may: true },
    { value: 'users', label: t('admin.users'), may: useMay('users.manage') },
    { value: 'roles', label: t('admin.roles'), may: useMay('users.manage') },
    { value: 'audit', label: t('admin.audit'), may: useMay('audit.read') },
    { value: 'settings', label: t('admin.settings'), may: useMay('settings.manage') },
    { value: 'devices', label: t('devices.title'), may: useMay('settings.manage') },
    { value: 'printers', label: t('admin.printers'), may: useMay('receipts.print') },
    { value: 'assistant', label: t('assistant.title'), may: useMay('jobs.run') },
    { value: 'health', label: t('admin.health'), may: useMay('jobs.run') },
  ];
  const allowed = tabs.filter(({ may }) => may);
  const { tab: chosen, open: setChosen } = useAdminTab();
  // A session that ends may take the tab's permission with it.
  const tab = allowed.some(({ value }) => value === chosen) ? chosen : 'account';
  const Body = BODIES[tab];
  return (
    <Page
      title={t('admin.title')}
      actions={<Choices label={t('admin.title')} options={allowed} value={tab} onChange={setChosen} />}
    >
      {isWithheld && <ElevateForm />}
      {mayUnlock && <LockedPanel />}
      <Body />
    </Page>
  );
}
