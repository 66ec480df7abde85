import { memo } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';
import { focusBox, useSellView } from './view.ts';

/** The top categories, one pressed. */
export const CategoryChips = memo(function CategoryChips() {
  const t = useText();
  const chosen = useSellView((view) => view.categoryId);
  const categories = useRead('categories.list', {});
  const top = (categories.data ?? []).filter((category) => category.parentId === null);
  const chip = (id: string | undefined, name: string) => (
    <button
      key={id ?? ''}
      type="button"
      aria-pressed={chosen === id}
      onClick={() => {
        useSellView.setState({ categoryId: id });
        focusBox();
      }}
    >
      {name}
    </button>
  );
  return (
    <div className="rd-chips" role="group" aria-label={t('products.category')}>
      {chip(undefined, t('sell.everything'))}
      {top.map((category) => chip(category.id, category.name))}
    </div>
  );
});
