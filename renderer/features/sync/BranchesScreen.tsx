/** Sucursales: how each branch is doing, what of ours waits for the centre, and goods on their way between branches. */
import { Suspense } from 'react';
import { lazily } from '../../app/lazily.ts';
import { useText } from '../../text/useText.ts';
import { Choices } from '../../ui/Page.tsx';
import { Loading } from '../../ui/States.tsx';
import { ElevateForm } from '../admin/ElevateForm.tsx';
import { useMay, useSession } from '../session/store.ts';
import { type BranchesTab, useBranchesView } from './view.ts';

const TABS = {
  overview: lazily(() => import('./OverviewTab.tsx')),
  sync: lazily(() => import('./SyncTab.tsx')),
  transfers: lazily(() => import('./TransfersTab.tsx')),
};

export default function BranchesScreen() {
  const t = useText();
  const seesFigures = useMay('reports.read');
  const manages = useMay('sync.manage');
  // By PIN alone the owner sees that there is a queue, and is asked for the password to look after it.
  const isWithheld = useSession((session) => session.user?.withheld.includes('sync.manage') ?? false);
  const wanted = useBranchesView((view) => view.tab);
  const tabs: BranchesTab[] = [
    ...(seesFigures ? (['overview'] as const) : []),
    ...(manages || isWithheld ? (['sync'] as const) : []),
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
      <Suspense fallback={<Loading />}>{tab === 'sync' && !manages ? <ElevateForm /> : <Shown />}</Suspense>
    </div>
  );
}
