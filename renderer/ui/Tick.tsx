/** A box to tick a row with; a click on it does not open the row. */
export const Tick = ({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: () => void }) => (
  <input
    type="checkbox"
    className="rd-tick"
    aria-label={label}
    checked={isOn}
    onChange={onChange}
    onClick={(event) => event.stopPropagation()}
  />
);
