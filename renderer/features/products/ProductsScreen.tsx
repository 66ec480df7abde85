import { useText } from '../../text/useText.ts';
import { Page } from '../../ui/Page.tsx';

export default function ProductsScreen() {
  const t = useText();
  return <Page title={t('nav.products')}>{null}</Page>;
}
