/** Digits for a finger. */
export function NumPad({ onKey }: { onKey: (key: string) => void }) {
  return (
    <div className="rd-numpad">
      {['7', '8', '9', '4', '5', '6', '1', '2', '3', '0', '00', '⌫'].map((key) => (
        <button key={key} type="button" onClick={() => onKey(key)} tabIndex={-1}>
          {key}
        </button>
      ))}
    </div>
  );
}
