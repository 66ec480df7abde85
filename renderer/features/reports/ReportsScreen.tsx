/** Inicio del día and the reports. */
import { Suspense, useState } from 'react';
import { lazily } from '../../app/lazily.ts';
import { useText } from '../../text/useText.ts';
import { Choices } from '../../ui/Page.tsx';
import { Loading } from '../../ui/States.tsx';
import { wantedReport } from './wanted.ts';

const Home = lazily(() => import('./Home.tsx'));
const ReportView = lazily(() => import('./ReportView.tsx'));

export default function ReportsScreen() {
  const t = useText();
  const [view, setView] = useState<'home' | 'reports'>(wantedReport() ? 'reports' : 'home');
  return (
    <div className="rd-page">
      <header>
        <h2>{t('reports.title')}</h2>
        <Choices
          label={t('reports.title')}
          value={view}
          onChange={setView}
          options={[
            { value: 'home', label: t('reports.home') },
            { value: 'reports', label: t('reports.reports') },
          ]}
        />
      </header>
      <Suspense fallback={<Loading />}>{view === 'home' ? <Home /> : <ReportView />}</Suspense>
    </div>
  );
}
