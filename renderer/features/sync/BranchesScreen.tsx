/** Sucursales: how each branch is doing, what of ours waits for the centre, and goods on their way between branches. */
import { lazy, Suspense } from 'react';
import { useText } from '../../text/useText.ts';
import { Choices } from '../../ui/Page.tsx';
import { Loading } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';
import { type BranchesTab, useBranchesView } from './view.ts';

const TABS = {
  overview: lazy(() => import('./OverviewTab.tsx')),
  sync: lazy(() => import('./SyncTab.tsx')),
  transfers: lazy(() => import('./TransfersTab.tsx')),
};

export default function BranchesScreen() {
  const t = useText();
  const [seesFigures, manages] = [useMay('reports.read'), useMay('sync.manage')];
  const wanted = useBranchesView((view) => view.tab);
  const tabs: BranchesTab[] = [
    ...(seesFigures ? (['overview'] as const) : []),
    ...(manages ? (['sync'] as const) : []),
    'transfers',
  ];
  const tab = wanted !== undefined && tabs.includes(wanted) ? wanted : (tabs[0] ?? 'transfers');
  const Shown = TABS[tab];
  return (
    <div className="rd-page">
      <header>
        <h2>{t('sync.branches')}</h2>
        <Choices
          label={t('sync.branches')}
          value={tab}
          onChange={(next) => useBranchesView.setState({ tab: next })}
          options={tabs.map((value) => ({ value, label: t(`sync.${value}`) }))}
        />
      </header>
      <Suspense fallback={<Loading />}>
        <Shown />
      </Suspense>
    </div>
  );
}
