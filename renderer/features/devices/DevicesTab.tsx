/** Equipos: whether the shop is open to its LAN, who is paired, and the code that lets the next one in. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { call, type OutputOf } from '../../api/client.ts';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { errorText } from '../../ui/errorText.ts';
import { formatDayTime } from '../../ui/format.ts';
import { Problem } from '../../ui/Page.tsx';
import { Empty, Loaded } from '../../ui/States.tsx';
import { toastDone } from '../../ui/toast.ts';
import { InvitePanel } from './InvitePanel.tsx';
import { NetworkPanel } from './NetworkPanel.tsx';

type Device = OutputOf<'devices.list'>[number];

export default function DevicesTab() {
  const t = useText();
  const status = useRead('system.status', {});
  // An address that the machine was given meanwhile is no news of the core.
  const network = useRead('devices.network', {}, { refetchMs: 15_000 });
  const devices = useRead('devices.list', {});
  const [revoked, setRevoked] = useState<Device>();
  const isHere = status.data?.deviceKind === null;
  return (
    <>
      {isHere ? (
        <Loaded query={network}>
          {(state) => (
            <div className="rd-two" style={{ alignItems: 'stretch' }}>
              <NetworkPanel network={state} />
              <InvitePanel network={state} devices={devices.data ?? []} />
            </div>
          )}
        </Loaded>
      ) : (
        <p className="rd-muted" style={{ margin: 0 }}>
          {t('devices.onlyHere')}
        </p>
      )}
      <Loaded query={devices}>
        {(rows) => (
          <DataTable
            label={t('devices.title')}
            rows={rows}
            rowKey={(row) => row.id}
            empty={<Empty title={t('devices.empty')} hint={t('devices.emptyHint')} />}
            columns={[
              { id: 'name', title: t('devices.name'), cell: (row) => row.name },
              { id: 'kind', title: t('devices.kind'), cell: (row) => t(`devices.${row.kind}`) },
              {
                id: 'terminal',
                title: t('devices.terminal'),
                cell: (row) => (row.terminalCode === null ? '—' : `${row.terminalName ?? ''} (${row.terminalCode})`),
              },
              { id: 'paired', title: t('devices.pairedAt'), cell: (row) => formatDayTime(row.pairedAtMs) },
              { id: 'seen', title: t('devices.lastSeen'), cell: (row) => formatDayTime(row.lastSeenAtMs) },
              {
                id: 'state',
                title: t('admin.state'),
                cell: (row) =>
                  row.revokedAtMs === null ? (
                    <span className="rd-ok">{t('devices.live')}</span>
                  ) : (
                    <span className="rd-muted">{t('devices.revokedOn', { at: formatDayTime(row.revokedAtMs) })}</span>
                  ),
              },
              {
                id: 'act',
                title: t('app.actions'),
                cell: (row) =>
                  row.revokedAtMs === null && (
                    <button type="button" className="rd-link" onClick={() => setRevoked(row)}>
                      {t('devices.revoke')}
                    </button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {revoked && <RevokeDialog device={revoked} onClose={() => setRevoked(undefined)} />}
    </>
  );
}

function RevokeDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const t = useText();
  const [error, setError] = useState<string>();
  const revoke = async (): Promise<void> => {
    try {
      await call('devices.revoke', { id: device.id });
      toastDone(t('devices.revokedDone', { name: device.name }));
      onClose();
    } catch (failure) {
      setError(errorText(failure));
    }
  };
  return (
    <Dialog title={t('devices.revokeTitle', { name: device.name })} onClose={onClose}>
      <div className="rd-stack">
        <p style={{ margin: 0 }}>{t('devices.revokeHint')}</p>
        {device.kind === 'TILL' && (
          <p className="rd-muted" style={{ margin: 0 }}>
            {t('devices.revokeShift', { terminal: device.terminalName ?? '' })}
          </p>
        )}
        <Problem>{error}</Problem>
        <div className="rd-row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('app.cancel')}
          </Button>
          <Button
            style={{ background: 'var(--rd-bad)', color: 'var(--rd-panel)', borderColor: 'var(--rd-bad)' }}
            onClick={() => void revoke()}
          >
            {t('devices.revokeConfirm', { name: device.name })}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
