import { useText } from '../../text/useText.ts';
import { Page } from '../../ui/Page.tsx';

export default function AdminScreen() {
  const t = useText();
  return <Page title={t('nav.admin')}>{null}</Page>;
}
