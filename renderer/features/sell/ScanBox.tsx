/** The box that everything starts at. Enter takes its whole text; plus and minus change the marked line while it is empty. */
import IconBarcode from '@tabler/icons-react/dist/esm/icons/IconBarcode.mjs';
import { useEffect, useRef } from 'react';
import { useText } from '../../text/useText.ts';
import { useCart } from './cart.ts';
import { ECHO_MS } from './scanner.ts';
import { scanner } from './useScans.ts';

interface Props {
  value: string;
  onChange: (value: string) => void;
  /** `isScan`: typed by a scanner, so a code as it stands. */
  onSubmit: (isScan: boolean) => void;
  onMove: (step: number) => void;
}

let lastEnterAt = Number.NEGATIVE_INFINITY;

export function ScanBox({ value, onChange, onSubmit, onMove }: Props) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const press = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    const isEmpty = event.currentTarget.value === '';
    if (event.key === 'Enter') {
      event.preventDefault();
      // Scanners that send CR and LF give a second Enter: it must not open the payment.
      const isEcho = isEmpty && event.timeStamp - lastEnterAt <= ECHO_MS;
      lastEnterAt = event.timeStamp;
      if (!isEcho && !event.repeat) onSubmit(scanner.wasScan(event.timeStamp));
    } else if (isEmpty && (event.key === '+' || event.key === '-')) {
      event.preventDefault();
      step(event.key === '+' ? 1000 : -1000);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (isEmpty) mark(event.key === 'ArrowDown' ? 1 : -1);
      else onMove(event.key === 'ArrowDown' ? 1 : -1);
    }
  };
  return (
    <div className="rd-scan">
      <IconBarcode size={24} stroke={1.5} aria-hidden />
      <input
        ref={input}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
        placeholder={t('sell.box')}
        aria-label={t('sell.box')}
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        data-scan-box
      />
      <span className="rd-kbd" aria-hidden>
        F2
      </span>
    </div>
  );
}

function step(byMilli: number): void {
  const { selected, lines, setQuantity } = useCart.getState();
  const line = lines.find((candidate) => candidate.key === selected);
  if (line) setQuantity(line.key, line.quantityMilli + byMilli);
}

function mark(by: number): void {
  const { selected, lines, select } = useCart.getState();
  const index = lines.findIndex((line) => line.key === selected);
  select(lines[Math.max(0, Math.min(lines.length - 1, index + by))]?.key);
}
