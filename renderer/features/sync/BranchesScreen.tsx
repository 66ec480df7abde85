/** Sucursales: how each branch is doing, what of ours waits for the centre, and goods on their way between branches. */
import { lazy, Suspense, useState } from 'react';
import { useText } from '../../text/useText.ts';
import { Choices } from '../../ui/Page.tsx';
import { Loading } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';

const TABS = {
  overview: lazy(() => import('./OverviewTab.tsx')),
  sync: lazy(() => import('./SyncTab.tsx')),
  transfers: lazy(() => import('./TransfersTab.tsx')),
};
type Tab = keyof typeof TABS;

export default function BranchesScreen() {
  const t = useText();
  const [seesFigures, manages] = [useMay('reports.read'), useMay('sync.manage')];
  const tabs: Tab[] = [
    ...(seesFigures ? (['overview'] as const) : []),
    ...(manages ? (['sync'] as const) : []),
    'transfers',
  ];
  const [tab, setTab] = useState<Tab>(tabs[0] ?? 'transfers');
  const Shown = TABS[tab];
  return (
    <div className="rd-page">
      <header>
        <h2>{t('sync.branches')}</h2>
        <Choices
          label={t('sync.branches')}
          value={tab}
          onChange={setTab}
          options={tabs.map((value) => ({ value, label: t(`sync.${value}`) }))}
        />
      </header>
      <Suspense fallback={<Loading />}>
        <Shown />
      </Suspense>
    </div>
  );
}
