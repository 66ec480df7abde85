import { useText } from '../../text/useText.ts';
import { Page } from '../../ui/Page.tsx';

export default function StockScreen() {
  const t = useText();
  return <Page title={t('nav.stock')}>{null}</Page>;
}
