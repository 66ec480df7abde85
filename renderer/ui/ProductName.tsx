/** A product in a cell: its name, and its code beside it. */
export const ProductName = ({ name, sku }: { name: string; sku: string }) => (
  <>
    {name} <span className="rd-meta">{sku}</span>
  </>
);
