/** Compras: what the forecast suggests, what was asked for, what is ordered, and what each supplier promises and keeps. */
import { Suspense, useState } from 'react';
import { lazily } from '../../app/lazily.ts';
import { useText } from '../../text/useText.ts';
import { Choices } from '../../ui/Page.tsx';
import { Loading } from '../../ui/States.tsx';
import { useMay } from '../session/store.ts';

const TABS = {
  suggested: lazily(() => import('./SuggestedTab.tsx')),
  requests: lazily(() => import('./RequestsTab.tsx')),
  orders: lazily(() => import('./PurchasesTab.tsx')),
  suppliers: lazily(() => import('./SuppliersTab.tsx')),
};
type Tab = keyof typeof TABS;

export default function BuyingScreen() {
  const t = useText();
  const seesForecast = useMay('forecast.read');
  const [tab, setTab] = useState<Tab>(seesForecast ? 'suggested' : 'requests');
  const Shown = TABS[tab];
  return (
    <div className="rd-page">
      <header>
        <h2>{t('buying.title')}</h2>
        <Choices
          label={t('buying.title')}
          value={tab}
          onChange={setTab}
          options={[
            ...(seesForecast ? [{ value: 'suggested' as const, label: t('buying.suggested') }] : []),
            { value: 'requests', label: t('buying.requests') },
            { value: 'orders', label: t('buying.orders') },
            { value: 'suppliers', label: t('buying.suppliers') },
          ]}
        />
      </header>
      <Suspense fallback={<Loading />}>
        <Shown />
      </Suspense>
    </div>
  );
}
