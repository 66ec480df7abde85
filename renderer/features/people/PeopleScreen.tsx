import { useText } from '../../text/useText.ts';
import { Page } from '../../ui/Page.tsx';

export default function PeopleScreen() {
  const t = useText();
  return <Page title={t('nav.people')}>{null}</Page>;
}
