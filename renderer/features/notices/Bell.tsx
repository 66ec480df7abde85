/** What the shop has to say, in the header: how many are unread, and the list with a way to each. */
import { Menu } from '@mantine/core';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import { useHashLocation } from 'wouter/use-hash-location';
import { call, type OutputOf } from '../../api/client.ts';
import { newId, useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { formatDate, formatDayTime, formatMilli } from '../../ui/format.ts';
import { toastError } from '../../ui/toast.ts';

type Notice = OutputOf<'notifications.list'>['rows'][number];

/** Where each kind is dealt with. */
const PLACES: Readonly<Record<Notice['kind'], string>> = {
  LOW_STOCK: '/buying',
  RESERVATION_EXPIRED: '/orders',
  JOB_FAILED: '/admin',
  FORECAST_OFF_TRACK: '/forecast',
  TRANSFER_LATE: '/stock',
  PURCHASE_LATE: '/buying',
};

export function Bell() {
  const t = useText();
  const [, navigate] = useHashLocation();
  const count = useRead('notifications.unreadCount', {});
  const unread = count.data?.unread ?? 0;
  return (
    <Menu position="bottom-end" withinPortal transitionProps={{ duration: 0 }} width={420}>
      <Menu.Target>
        <button type="button" className="rd-pill" aria-label={t('notices.title', { count: unread })}>
          <IconBell size={16} stroke={1.5} aria-hidden />
          {unread > 0 && <span className="rd-badge">{unread}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown style={{ maxHeight: 'calc(100vh - 140px)', overflow: 'auto' }}>
        <List onOpen={(notice) => navigate(PLACES[notice.kind])} />
      </Menu.Dropdown>
    </Menu>
  );
}

function List({ onOpen }: { onOpen: (notice: Notice) => void }) {
  const t = useText();
  const list = useRead('notifications.list', { limit: 20 });
  const rows = list.data?.rows ?? [];
  const read = (ids: string[]): void =>
    void call('notifications.markRead', { commandId: newId(), ids }).catch(toastError);
  return (
    <>
      <Menu.Label>
        <span className="rd-between" style={{ alignItems: 'center' }}>
          {t('notices.heading')}
          {(list.data?.unread ?? 0) > 0 && (
            <button
              type="button"
              className="rd-link"
              onClick={() => void call('notifications.markAllRead', { commandId: newId() }).catch(toastError)}
            >
              {t('notices.readAll')}
            </button>
          )}
        </span>
      </Menu.Label>
      {rows.length === 0 && <Menu.Item disabled>{t('notices.none')}</Menu.Item>}
      {rows.map((notice) => (
        <Menu.Item key={notice.id} onClick={() => (read([notice.id]), onOpen(notice))}>
          <span style={{ fontWeight: notice.readAtMs === null ? 650 : 400 }}>
            {t(`notices.${notice.kind}`, words(notice.details))}
          </span>
          <div className="rd-meta">{formatDayTime(notice.createdAtMs)}</div>
        </Menu.Item>
      ))}
    </>
  );
}

/** Names as they are; quantities, instants and days as people write them. */
function words(details: Notice['details']): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [
      key,
      typeof value === 'number'
        ? key.endsWith('Milli')
          ? formatMilli(value)
          : key.endsWith('AtMs')
            ? formatDayTime(value)
            : value
        : /^\d{4}-\d{2}-\d{2}$/.test(value)
          ? formatDate(value)
          : value,
    ]),
  );
}
