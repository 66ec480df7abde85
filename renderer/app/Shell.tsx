/** Rail, header and F-bar around the screens. */
import { Menu } from '@mantine/core';
import { Suspense, useMemo, useState } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import IconUser from '@tabler/icons-react/dist/esm/icons/IconUser.mjs';
import { useNews, useRead } from '../api/hooks.ts';
import { roleText } from '../features/admin/roleText.ts';
import { OfflineBanner } from '../features/devices/OfflineBanner.tsx';
import { Bell } from '../features/notices/Bell.tsx';
import { useIdleLock } from '../features/session/useIdleLock.ts';
import { useSession } from '../features/session/store.ts';
import { SyncPill } from '../features/sync/SyncPill.tsx';
import { useText } from '../text/useText.ts';
import { Loading } from '../ui/States.tsx';
import { activeCommands, type AppCommand, keyLabel, useCommands, useRegistry } from './commands.ts';
import { useLook } from './look.ts';
import { ROUTES } from './routes.ts';
import { lazily } from './lazily.ts';

const Palette = lazily(() => import('./Palette.tsx'));
const Help = lazily(() => import('./Help.tsx'));
const AssistantPanel = lazily(() => import('../features/assistant/AssistantPanel.tsx'));
const FailedPrints = lazily(() => import('../features/receipt/FailedPrints.tsx'));

export function Shell() {
  return (
    <Router hook={useHashLocation}>
      <Frame />
    </Router>
  );
}

function Frame() {
  useNews();
  useIdleLock();
  const t = useText();
  const [location, navigate] = useLocation();
  const [open, setOpen] = useState<'palette' | 'help' | 'assistant' | undefined>();
  const permissions = useSession((state) => state.user?.permissions);
  const isScreen = useRead('system.status', {}).data?.deviceKind === 'SCREEN';
  const routes = useMemo(
    () =>
      ROUTES.filter(({ permission, onScreen }) => {
        const wanted = isScreen ? onScreen : permission;
        return wanted !== undefined && (permissions?.includes(wanted) ?? false);
      }),
    [permissions, isScreen],
  );
  const commands = useMemo(
    (): AppCommand[] => [
      { id: 'help', key: 'F1', text: 'app.help', bar: 'app.help', run: () => setOpen('help') },
      { id: 'palette', key: 'Control+k', text: 'app.palette', run: () => setOpen('palette') },
      ...(isScreen
        ? []
        : [{ id: 'assistant', key: 'Control+j', text: 'assistant.title' as const, run: () => setOpen('assistant') }]),
      ...routes.map((route, index) => ({
        id: `go:${route.path}`,
        ...(index < 9 ? { key: `Control+${String(index + 1)}` } : {}),
        text: route.text,
        run: () => navigate(route.path),
      })),
      ...(routes.some((route) => route.path === '/shift')
        ? [
            {
              id: 'shift',
              key: 'F10',
              text: 'nav.shift' as const,
              bar: 'nav.shift' as const,
              run: () => navigate('/shift'),
            },
          ]
        : []),
      { id: 'switch', text: 'app.switchUser', run: () => useSession.getState().lock() },
      { id: 'sign-out', text: 'app.signOut', run: () => useSession.getState().close() },
    ],
    [routes, navigate, isScreen],
  );
  useCommands('shell', commands);
  const current = routes.find((route) => route.path === location) ?? routes[0];
  return (
    <div className="rd-shell">
      <OfflineBanner />
      <Header title={current ? t(current.text) : ''} />
      <nav className="rd-rail" aria-label={t('app.name')}>
        {routes.map((route) => (
          <Link key={route.path} href={route.path} aria-current={route === current ? 'page' : undefined}>
            <route.icon size={22} stroke={1.5} aria-hidden />
            {t(route.text)}
          </Link>
        ))}
      </nav>
      <main className="rd-main">
        <Suspense fallback={<Loading />}>
          <Switch>
            {routes.map((route) => (
              <Route key={route.path} path={route.path} component={route.screen} />
            ))}
            {routes[0] && <Route component={routes[0].screen} />}
          </Switch>
        </Suspense>
      </main>
      <Bar onPalette={() => setOpen('palette')} {...(isScreen ? {} : { onAssistant: () => setOpen('assistant') })} />
      <Suspense>
        {permissions?.includes('receipts.print') === true && <FailedPrints />}
        {open === 'palette' && <Palette onClose={() => setOpen(undefined)} />}
        {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
        {open === 'assistant' && <AssistantPanel onClose={() => setOpen(undefined)} />}
      </Suspense>
    </div>
  );
}

function Header({ title }: { title: string }) {
  const status = useRead('system.status', {});
  return (
    <header className="rd-header">
      <h1>{title}</h1>
      <span className="rd-muted">
        {status.data?.branchName} · {status.data?.terminalName}
      </span>
      <span style={{ flex: 1 }} />
      {status.data?.deviceKind !== 'SCREEN' && (
        <>
          <SyncPill />
          <Bell />
        </>
      )}
      <UserMenu />
    </header>
  );
}

function UserMenu() {
  const t = useText();
  const user = useSession((state) => state.user);
  const { lock, close } = useSession.getState();
  const look = useLook();
  return (
    <Menu position="bottom-end" withinPortal transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className="rd-pill">
          <IconUser size={16} stroke={1.5} aria-hidden />
          {user?.firstName} {user?.lastName.slice(0, 1)}.
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user?.roleNames.map((name) => roleText(t, name)).join(', ')}</Menu.Label>
        <Menu.Item onClick={() => look.set({ scheme: look.scheme === 'dark' ? 'light' : 'dark' })}>
          {t('app.theme')}: {look.scheme === 'dark' ? t('app.light') : t('app.dark')}
        </Menu.Item>
        <Menu.Item onClick={() => look.set({ language: look.language === 'es' ? 'en' : 'es' })}>
          {look.language === 'es' ? 'English' : 'Español'}
        </Menu.Item>
        <Menu.Item onClick={() => look.set({ density: look.density === 'touch' ? 'compact' : 'touch' })}>
          {t('app.density')}: {look.density === 'touch' ? t('app.compact') : t('app.touch')}
        </Menu.Item>
        <Menu.Item onClick={() => look.set({ sound: !look.sound })}>
          {t('app.sound')}: {look.sound ? t('app.no') : t('app.yes')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={lock}>{t('app.switchUser')}</Menu.Item>
        <Menu.Item onClick={close}>{t('app.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The keys of this moment, in the order of the keyboard. */
function Bar({ onPalette, onAssistant }: { onPalette: () => void; onAssistant?: () => void }) {
  const t = useText();
  const layers = useRegistry((state) => state.layers);
  const shown = activeCommands(layers)
    .filter((command) => command.bar !== undefined)
    .sort((a, b) => Number(a.key?.slice(1) ?? 99) - Number(b.key?.slice(1) ?? 99));
  return (
    <footer className="rd-bar" aria-label={t('app.keysOfScreen')}>
      {shown.map((command) => (
        <button key={command.id} type="button" onClick={command.run} tabIndex={-1}>
          <span className="rd-kbd">{keyLabel(command.key ?? '')}</span>
          {command.bar && t(command.bar)}
          {command.badge !== undefined && <span className="rd-badge">{command.badge}</span>}
        </button>
      ))}
      <span style={{ flex: 1 }} />
      {onAssistant && (
        <button type="button" onClick={onAssistant} tabIndex={-1}>
          <span className="rd-kbd">Ctrl J</span>
          {t('assistant.title')}
        </button>
      )}
      <button type="button" onClick={onPalette} tabIndex={-1}>
        <span className="rd-kbd">Ctrl K</span>
        {t('app.palette')}
      </button>
    </footer>
  );
}
