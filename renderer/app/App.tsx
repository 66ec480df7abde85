/** The page: who is signed in decides what is shown. */
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { CallError } from '../api/client.ts';
import { queries, useRead } from '../api/hooks.ts';
import { Lock } from '../features/session/Lock.tsx';
import { OverrideDialog } from '../features/session/OverrideDialog.tsx';
import { SignIn } from '../features/session/SignIn.tsx';
import { useSession } from '../features/session/store.ts';
import { setTimeZone } from '../ui/format.ts';
import { Failed, Loading } from '../ui/States.tsx';
import { theme } from '../ui/theme.ts';
import { useLook } from './look.ts';
import { Shell } from './Shell.tsx';
import { useKeys } from './useKeys.ts';
import { lazily } from './lazily.ts';

const PairScreen = lazily(() => import('../features/devices/PairScreen.tsx'));
const Wizard = lazily(() => import('../features/session/Wizard.tsx'));

export function App() {
  const scheme = useLook((look) => look.scheme);
  const density = useLook((look) => look.density);
  useEffect(() => {
    document.documentElement.dataset['density'] = density;
  }, [density]);
  return (
    <MantineProvider
      theme={theme}
      {...(scheme === 'auto' ? { defaultColorScheme: 'auto' } : { forceColorScheme: scheme })}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-left" className="rd-toasts" transitionDuration={0} limit={4} zIndex={400} />
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Gate() {
  useKeys();
  const user = useSession((state) => state.user);
  const isLocked = useSession((state) => state.isLocked);
  const status = useRead('system.status', {});
  // The wizard goes on after it has created the shop and signed its owner in.
  const [isNew, setNew] = useState(false);
  if (status.error instanceof CallError && status.error.code === 'DEVICE_NOT_PAIRED')
    return (
      <Suspense fallback={<Loading />}>
        <PairScreen onPaired={() => void status.refetch()} />
      </Suspense>
    );
  // What is known stays on the screen while the machine does not answer.
  if (!status.data && status.isError) return <Failed error={status.error} onRetry={() => void status.refetch()} />;
  if (!status.data) return <Loading />;
  setTimeZone(status.data.timeZone);
  if (status.data.state === 'NEW' && !isNew) setNew(true);
  if (status.data.state === 'NEW' || isNew) {
    const finish = (): void => {
      // Only once the page knows that the shop exists: otherwise the wizard would begin again.
      void status.refetch().then(() => setNew(false));
    };
    return (
      <Suspense fallback={<Loading />}>
        <Wizard onDone={finish} />
      </Suspense>
    );
  }
  if (!user) return <SignIn status={status.data} />;
  return (
    <>
      <Shell />
      <OverrideDialog />
      {isLocked && <Lock />}
    </>
  );
}
