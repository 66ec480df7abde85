import { useRead } from '../../api/hooks.ts';
import { useText } from '../../text/useText.ts';

/** The top categories, one pressed. */
export function CategoryChips({
  chosen,
  onChoose,
}: {
  chosen: string | undefined;
  onChoose: (id: string | undefined) => void;
}) {
  const t = useText();
  const categories = useRead('categories.list', {});
  const top = (categories.data ?? []).filter((category) => category.parentId === null);
  return (
    <div className="rd-chips" role="group" aria-label={t('products.category')}>
      <button type="button" aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
        {t('sell.everything')}
      </button>
      {top.map((category) => (
        <button
          key={category.id}
          type="button"
          aria-pressed={chosen === category.id}
          onClick={() => onChoose(category.id)}
        >
          {category.name}
        </button>
      ))}
    </div>
  );
}
