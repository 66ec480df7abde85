export { backtest, type BacktestOptions, type BacktestReport, type MethodFigures } from './backtest.ts';
export { shopCalendar, type Country, type ShopCalendar, type SpecialDay } from './calendar.ts';
export { readPanel } from './panel.ts';
