/** The tables of people and cars; see migrations/sqlite/030_people.sql. `searchText` is folded and derived. */
export interface PeopleTables {
  employee: {
    id: string;
    userId: string | null;
    code: string;
    firstName: string;
    lastName: string;
    rut: string | null;
    department: string;
    hiredOn: string;
    searchText: string;
    archivedAtMs: number | null;
  };
  employeeSalary: { employeeId: string; salaryClp: number; changedAtMs: number };
  customer: {
    id: string;
    kind: 'PERSON' | 'COMPANY';
    firstName: string;
    lastName: string;
    giro: string;
    email: string;
    phone: string;
    address: string;
    comuna: string;
    rut: string | null;
    accountLimitClp: number;
    searchText: string;
    createdAtMs: number;
    archivedAtMs: number | null;
  };
  supplier: {
    id: string;
    name: string;
    contactName: string;
    email: string;
    phone: string;
    address: string;
    rut: string | null;
    searchText: string;
    archivedAtMs: number | null;
  };
  vehicle: {
    id: string;
    plate: string;
    customerId: string | null;
    make: string;
    model: string;
    year: number | null;
    note: string;
    searchText: string;
    createdAtMs: number;
    archivedAtMs: number | null;
  };
  vehicleVisit: { id: string; vehicleId: string; orderId: string; odometerKm: number | null; atMs: number };
}
