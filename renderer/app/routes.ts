/** The screens, in the order of the rail. Those that a role may not use are not shown to it. */
import type { ComponentType } from 'react';
import type { Permission } from '#core/shared/permissions.ts';
import type { TextKey } from '../text/index.ts';
import { SellScreen } from '../features/sell/SellScreen.tsx';
import IconBox from '@tabler/icons-react/dist/esm/icons/IconBox.mjs';
import IconBuildingWarehouse from '@tabler/icons-react/dist/esm/icons/IconBuildingWarehouse.mjs';
import IconChartLine from '@tabler/icons-react/dist/esm/icons/IconChartLine.mjs';
import IconTruckDelivery from '@tabler/icons-react/dist/esm/icons/IconTruckDelivery.mjs';
import IconBuildingStore from '@tabler/icons-react/dist/esm/icons/IconBuildingStore.mjs';
import IconCash from '@tabler/icons-react/dist/esm/icons/IconCash.mjs';
import IconClipboardList from '@tabler/icons-react/dist/esm/icons/IconClipboardList.mjs';
import IconReceipt from '@tabler/icons-react/dist/esm/icons/IconReceipt.mjs';
import IconReportAnalytics from '@tabler/icons-react/dist/esm/icons/IconReportAnalytics.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconShoppingCart from '@tabler/icons-react/dist/esm/icons/IconShoppingCart.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import { lazily } from './lazily.ts';

export interface Route {
  path: string;
  text: TextKey;
  icon: typeof IconBox;
  permission: Permission;
  /** What it takes on a device that only shows; absent: it is not shown there. */
  onScreen?: Permission;
  screen: ComponentType;
}

export const ROUTES: readonly Route[] = [
  { path: '/', text: 'nav.sell', icon: IconShoppingCart, permission: 'sales.sell', screen: SellScreen },
  {
    path: '/sales',
    text: 'nav.sales',
    icon: IconReceipt,
    permission: 'sales.read',
    screen: lazily(() => import('../features/sales/SalesScreen.tsx')),
  },
  {
    path: '/shift',
    text: 'nav.shift',
    icon: IconCash,
    permission: 'shifts.operate',
    screen: lazily(() => import('../features/shift/ShiftScreen.tsx')),
  },
  {
    path: '/orders',
    text: 'nav.orders',
    icon: IconClipboardList,
    permission: 'orders.manage',
    onScreen: 'sales.read',
    screen: lazily(() => import('../features/sales/OrdersScreen.tsx')),
  },
  {
    path: '/products',
    text: 'nav.products',
    icon: IconBox,
    permission: 'catalog.read',
    onScreen: 'catalog.read',
    screen: lazily(() => import('../features/products/ProductsScreen.tsx')),
  },
  {
    path: '/stock',
    text: 'nav.stock',
    icon: IconBuildingWarehouse,
    permission: 'stock.read',
    onScreen: 'stock.read',
    screen: lazily(() => import('../features/stock/StockScreen.tsx')),
  },
  {
    path: '/people',
    text: 'nav.people',
    icon: IconUsers,
    permission: 'customers.read',
    screen: lazily(() => import('../features/people/PeopleScreen.tsx')),
  },
  {
    path: '/buying',
    text: 'nav.buying',
    icon: IconTruckDelivery,
    permission: 'purchasing.read',
    screen: lazily(() => import('../features/buying/BuyingScreen.tsx')),
  },
  {
    path: '/forecast',
    text: 'nav.forecast',
    icon: IconChartLine,
    permission: 'forecast.read',
    screen: lazily(() => import('../features/forecast/ForecastScreen.tsx')),
  },
  {
    path: '/reports',
    text: 'nav.reports',
    icon: IconReportAnalytics,
    permission: 'reports.read',
    screen: lazily(() => import('../features/reports/ReportsScreen.tsx')),
  },
  {
    path: '/branches',
    text: 'nav.branches',
    icon: IconBuildingStore,
    permission: 'stock.read',
    screen: lazily(() => import('../features/sync/BranchesScreen.tsx')),
  },
  {
    path: '/admin',
    text: 'nav.admin',
    icon: IconSettings,
    permission: 'receipts.print',
    screen: lazily(() => import('../features/admin/AdminScreen.tsx')),
  },
];
