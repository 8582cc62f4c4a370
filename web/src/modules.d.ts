declare module "govuk-frontend/dist/govuk/*";
