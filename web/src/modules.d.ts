declare module "govuk-frontend/dist/govuk/*";
declare module "json-logic-js" {
  const logic: {
    add_operation(name: string, code: (...values: never[]) => unknown): void;
    apply(rule: unknown, data: unknown): unknown;
    truthy(value: unknown): boolean;
  };
  export default logic;
}
